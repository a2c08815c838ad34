import { layKit } from "@groovesheet/processor/engrave/kit.ts";
import { toMidi } from "@groovesheet/processor/engrave/midi/midi.ts";
import type { Transcription } from "@groovesheet/processor/pipeline.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { strikesIn } from "../../tests/processor/notate/midi-events.ts";
import { faults } from "../../tests/processor/notate/wellformed.ts";
import { type Converted, convert, findMuseScore } from "../../tests/support/musescore.ts";
import { complaintsOfSchema, whyNoSchema } from "../../tests/support/musicxml.ts";

/** The parts of a transcription that are checked. */
type Checked = Pick<Transcription, "score" | "performance" | "files">;

/** Documents in one run of a program. */
const BATCH = 16;

/**
 * Prints faults of scores: bars that do not sum, lost hits, MusicXML that is invalid, and documents of which MuseScore
 * complains or that it plays differently.
 *
 * @param most of the scores that MuseScore opens, spread over all of them
 * @returns number of faults
 */
export async function checkScores(
  scores: ReadonlyMap<string, Checked>,
  most: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  const documents = new Map([...scores].map(([name, { files }]) => [name, textOf(files, ".musicxml")]));
  let found = report("bars sum, no hit is lost", scores.size, notationFaults(scores));
  const noSchema = whyNoSchema();
  if (noSchema) console.log(`schema: not checked, ${noSchema}`);
  else {
    const complaints: string[] = [];
    for (const part of batches(documents)) complaints.push(...(await complaintsOfSchema(part)));
    found += report("valid against the MusicXML 4.0 schema", scores.size, complaints);
  }
  const program = await findMuseScore();
  if (!program) console.log("MuseScore: not checked, it is not installed");
  else if (most > 0) found += await checkInMuseScore(program, spread(documents, most), scores);
  return found;

  function report(what: string, count: number, complaints: readonly string[]): number {
    console.log(`${count} scores: ${what}: ${complaints.length === 0 ? "yes" : `${complaints.length} faults`}`);
    for (const line of complaints) console.log(`  ${line}`);
    return complaints.length;
  }

  async function checkInMuseScore(
    musescore: string,
    opened: ReadonlyMap<string, string>,
    all: ReadonlyMap<string, Checked>,
  ): Promise<number> {
    const files = new Map<string, Converted>();
    const complaints: string[] = [];
    for (const part of batches(opened)) {
      const converted = await convert(musescore, part);
      for (const [name, file] of converted.files) files.set(name, file);
      complaints.push(...converted.complaints);
    }
    // MuseScore 3 knows MusicXML 3.1, which has no <swing>
    const isSwing = (line: string) =>
      [...opened].some(
        ([name, xml]) => xml.includes("<swing>") && line.endsWith(`/${name}.musicxml' is not a valid MusicXML file`),
      );
    const differing = [...opened.keys()].flatMap((name) => {
      const { score } = all.get(name)!;
      const ours = tally(comparable(toMidi(score, { timing: "written" }), score));
      const theirs = tally(comparable(files.get(name)!.midi, score));
      return [...new Set([...ours.keys(), ...theirs.keys()])]
        .map((onset) => ({ onset, here: ours.get(onset) ?? 0, there: theirs.get(onset) ?? 0 }))
        .filter(({ here, there }) => here !== there)
        .map(({ onset, here, there }) => `${name}: key ${onset}: ${here} in ours, ${there} in MuseScore's`);
    });
    return (
      report(
        "MuseScore 3 writes PDF and MIDI without a complaint",
        opened.size,
        complaints.filter((line) => !isSwing(line)),
      ) + report("onsets in MuseScore's MIDI are ours", opened.size, differing)
    );
  }
}

function batches<T>(documents: ReadonlyMap<string, T>): Map<string, T>[] {
  const all = [...documents];
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) => {
    return new Map(all.slice(index * BATCH, (index + 1) * BATCH));
  });
}

function spread<T>(documents: ReadonlyMap<string, T>, most: number): Map<string, T> {
  const all = [...documents];
  const step = Math.max(1, all.length / most);
  return new Map(all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)));
}

/** Quarters; hits of one drum that are nearer to a note with grace notes belong to it. */
const GRACE_REACH = 0.13;
/** Parts of a quarter: every written place is a whole number of them. */
const PLACES = 96;

/**
 * Onsets as text. Flams are compared by their place and number of hits alone: our MIDI has the grace note before the beat
 * and the chord on it, MuseScore's the grace note on the beat and the chord after it. MuseScore rounds the hits of a roll to
 * thousandths of its note, up to two MIDI ticks early: each is moved to the nearest place.
 */
function comparable(midi: Uint8Array, score: Score): string[] {
  const flams = flamsOf(score);
  return strikesIn(midi).map(({ quarter, key }) => {
    const flam = flams.find((place) => place.key === key && Math.abs(place.quarter - quarter) < GRACE_REACH);
    const place = Math.round((flam ?? { quarter }).quarter * PLACES) / PLACES;
    return `${key} at quarter ${place.toFixed(4)}${flam ? " (flam)" : ""}`;
  });
}

function tally(onsets: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const onset of onsets) counts.set(onset, (counts.get(onset) ?? 0) + 1);
  return counts;
}

function flamsOf(score: Score): { quarter: number; key: number }[] {
  const kit = layKit(score.pieces);
  let start = 0;
  return score.measures.flatMap((measure) => {
    const from = start;
    start += 4 * measure.length.valueOf();
    return measure.voices.flatMap(({ events }) =>
      events.flatMap(({ onset, graces, notes }) =>
        graces.length === 0
          ? []
          : [...graces, ...notes].map(({ piece }) => ({ quarter: from + 4 * onset.valueOf(), key: kit[piece].key })),
      ),
    );
  });
}

function notationFaults(scores: ReadonlyMap<string, Checked>): string[] {
  return [...scores].flatMap(([name, { score, performance }]) =>
    faults(score, performance).map((fault) => `${name}: ${fault}`),
  );
}

function textOf(files: Transcription["files"], suffix: string): string {
  return new TextDecoder().decode(files.find((file) => file.suffix === suffix)!.bytes);
}
