import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { importer, model, Settings } from "@coderline/alphatab";
import type { Score, ScoreNote } from "@groovesheet/processor/score.ts";
import { JSDOM, VirtualConsole } from "jsdom";
import { parseMidi } from "midi-file";

const run = promisify(execFile);

/** A note as another program reads it: its position in quarters from the start, and its name there. */
export interface ReadNote {
  readonly quarter: number;
  readonly name: string | number;
}

/** The notes of a score, without graces: quarters from its beginning, and what the name of the piece is elsewhere. */
export function notesOf(score: Score, name: (note: ScoreNote) => string | number): ReadNote[] {
  let start = 0;
  return score.measures.flatMap(({ length, voices }) => {
    const from = start;
    start += 4 * length.valueOf();
    return voices.flatMap(({ events }) =>
      events.flatMap(({ onset, notes }) =>
        notes.map((note) => ({ quarter: from + 4 * onset.valueOf(), name: name(note) })),
      ),
    );
  });
}

export const asText = (notes: readonly ReadNote[]) =>
  notes.map(({ quarter, name }) => `${quarter.toFixed(2)} ${name}`).sort();

/** @returns what alphaTab reads in MusicXML or a Guitar Pro file, without grace notes: General MIDI keys */
export function readWithAlphaTab(file: Uint8Array): ReadNote[] {
  const score = importer.ScoreLoader.loadScoreFromBytes(file, new Settings());
  const [track] = score.tracks;
  const key = (articulation: number) => track!.percussionArticulations[articulation]!.outputMidiNumber;
  const beats = track!.staves[0]!.bars.flatMap((bar) => bar.voices.flatMap((voice) => voice.beats));
  return beats
    .filter(({ graceType }) => graceType === model.GraceType.None)
    .flatMap((beat) =>
      beat.notes.map((note) => ({
        quarter: beat.absoluteDisplayStart / 960,
        name: key(note.percussionArticulation),
      })),
    );
}

/** The part of OpenSheetMusicDisplay's score that the tests use, in a browser emulated by jsdom. */
interface Sheet {
  readonly SourceMeasures: readonly {
    readonly VerticalSourceStaffEntryContainers: readonly {
      getAbsoluteTimestamp(): { readonly RealValue: number };
      readonly StaffEntries: readonly ({ readonly VoiceEntries: readonly VoiceEntry[] } | undefined)[];
    }[];
  }[];
}

interface VoiceEntry {
  readonly IsGrace: boolean;
  readonly Notes: readonly { isRest(): boolean; readonly PlaybackInstrumentId: string }[];
}

/** @returns what OpenSheetMusicDisplay reads, without grace notes: the ids of the document's instruments */
export async function readWithOsmd(xml: string): Promise<ReadNote[]> {
  // jsdom warns that it has no canvas for measuring text
  const { window } = new JSDOM("<div id='page'></div>", { virtualConsole: new VirtualConsole() });
  const { document, DOMParser, Element, HTMLElement, Node, XMLSerializer } = window;
  Object.assign(globalThis, { window, document, DOMParser, Element, HTMLElement, Node, XMLSerializer });
  const { OpenSheetMusicDisplay } = createRequire(import.meta.url)("opensheetmusicdisplay");
  const display = new OpenSheetMusicDisplay(document.getElementById("page"), { autoResize: false });
  await display.load(xml);
  const containers = (display.Sheet as Sheet).SourceMeasures.flatMap((bar) => bar.VerticalSourceStaffEntryContainers);
  return containers.flatMap((container) =>
    container.StaffEntries.flatMap((entry) => entry?.VoiceEntries ?? [])
      .filter(({ IsGrace }) => !IsGrace)
      .flatMap(({ Notes }) => Notes)
      .filter((note) => !note.isRest())
      .map((note) => ({
        quarter: 4 * container.getAbsoluteTimestamp().RealValue,
        name: note.PlaybackInstrumentId,
      })),
  );
}

export async function hasLilyPond(): Promise<boolean> {
  return await run("musicxml2ly", ["--version"]).then(
    () => true,
    () => false,
  );
}

/** @returns what musicxml2ly and LilyPond read, including grace notes: keys for the staff positions of the heads */
export async function readWithLilyPond(xml: string): Promise<ReadNote[]> {
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-lilypond-"));
  try {
    await writeFile(join(folder, "score.musicxml"), xml);
    await run("musicxml2ly", ["-m", "-o", "score.ly", "score.musicxml"], { cwd: folder });
    // LilyPond plays drums by name only, and musicxml2ly names them by staff position
    const source = await readFile(join(folder, "score.ly"), "utf8");
    const sounding = source.replaceAll("DrumStaff", "Staff").replaceAll("DrumVoice", "Voice");
    await writeFile(join(folder, "score.ly"), sounding.replaceAll("\\layout {}", "\\midi {}"));
    await run("lilypond", ["-o", "score", "score.ly"], { cwd: folder });
    const { header, tracks } = parseMidi(await readFile(join(folder, "score.midi")));
    return tracks.flatMap((track) => {
      let tick = 0;
      return track.flatMap((event) => {
        tick += event.deltaTime;
        const sounds = event.type === "noteOn" && event.velocity > 0;
        return sounds ? [{ quarter: tick / header.ticksPerBeat!, name: event.noteNumber }] : [];
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
