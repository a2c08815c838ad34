import { readFileSync } from "node:fs";
import { performanceSchema } from "@groovesheet/jobs/performance.ts";
import { toGuitarPro } from "@groovesheet/processor/engrave/guitar-pro/guitar-pro.ts";
import { layKit } from "@groovesheet/processor/engrave/kit.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Measure, Score, ScoreNote } from "@groovesheet/processor/score.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { readWithTuxGuitar, type TuxGuitarSong, whyNoTuxGuitar } from "../../support/tuxguitar.ts";
import { withOptions } from "../notate/performances.ts";
import { scores } from "../pages/scores.ts";

const example = () => {
  const file = new URL("../../../examples/backbeat.performance.json", import.meta.url);
  return notate(performanceSchema.parse(JSON.parse(readFileSync(file, "utf8"))), withOptions());
};
const written = new Map<string, Score>(Object.entries({ example, ...scores }).map(([name, write]) => [name, write()]));

const whyNot = whyNoTuxGuitar();
if (whyNot) console.log(`Skipped: Guitar Pro files in TuxGuitar: ${whyNot}`);

/** One process of Java opens all of them. */
const read = whyNot ? Promise.resolve(new Map<string, TuxGuitarSong>()) : readAll();

async function readAll(): Promise<Map<string, TuxGuitarSong>> {
  const files = new Map<string, Uint8Array>();
  for (const [name, score] of written) files.set(name, await toGuitarPro(score));
  return await readWithTuxGuitar(files);
}

describe.skipIf(whyNot !== undefined).each([...written])(
  "the score %s as a Guitar Pro file in TuxGuitar",
  (name, score) => {
    let song: TuxGuitarSong;
    beforeAll(async () => {
      song = (await read).get(name)!;
    });

    test("is one percussion track with the same meters, tempo and swing", () => {
      expect(song).toMatchObject({ tracks: 1, track: "Drumset", isPercussion: true });
      const meters = score.measures.map(({ meter }) => `${meter.beats}/${meter.beatType}`);
      expect(song.measures.map(({ meter }) => meter)).toEqual(meters);
      const mark = score.measures[0]!.tempo!;
      expect(song.measures[0]!.tempo).toBe(Math.round(4 * mark.unit.valueOf() * mark.perMinute));
      const swings = score.measures[0]!.feel === "swing";
      expect(song.measures[0]!.feel).toBe(swings ? score.swing!.unit : "straight");
    });

    test("has the same notes with the same keys, ghosts and accents", () => {
      const kit = layKit(score.pieces);
      const text = (quarter: number, { piece, dynamic }: ScoreNote) =>
        `${quarter.toFixed(3)} ${piece === "rimshot" ? 38 : kit[piece].key} ${dynamic}`;
      for (const [index, measure] of score.measures.entries()) {
        const { notes } = song.measures[index]!;
        const graces = measure.voices.flatMap(({ events }) => events.flatMap((event) => event.graces));
        const ours = notesOf(measure).map(([quarter, note]) => text(quarter, note));
        const theirs = notes.map(({ quarter, key, sign }) => `${quarter.toFixed(3)} ${key} ${sign}`);
        // TuxGuitar 1.5 counts grace notes as notes of full length, which moves what follows them in their measure
        if (graces.length === 0) expect(theirs.sort(), `measure ${measure.number}`).toEqual(ours.sort());
        expect(notes).toHaveLength(ours.length + graces.length);
      }
    });
  },
);

/** The notes with their place in quarters; a pickup ends with its measure there. */
function notesOf({ pickup, meter, length, voices }: Measure): [number, ScoreNote][] {
  const before = pickup ? (4 * meter.beats) / meter.beatType - 4 * length.valueOf() : 0;
  return voices.flatMap(({ events }) =>
    events.flatMap(({ onset, notes }) =>
      notes.map((note): [number, ScoreNote] => [before + 4 * onset.valueOf(), note]),
    ),
  );
}
