import { toGuitarPro } from "@groovesheet/processor/engrave/guitar-pro/guitar-pro.ts";
import { layKit } from "@groovesheet/processor/engrave/kit.ts";
import { describe, expect, test } from "vitest";
import { readGuitarPro } from "../../support/guitar-pro.ts";
import { asText, notesOf, readWithAlphaTab } from "../../support/openers.ts";
import { scores } from "../pages/scores.ts";

describe.each(Object.entries(scores))("the score %s as a Guitar Pro file", (_, write) => {
  const score = write();
  const key = (piece: string, written: number) => (piece === "rimshot" ? 38 : written);

  test("has the same notes for an independent reader", async () => {
    const kit = layKit(score.pieces);
    const { notes, quarters } = readGuitarPro(await toGuitarPro(score));
    const read = notes
      .filter(({ grace }) => !grace)
      .map((note) => ({ quarter: note.quarter, name: `${note.key} ${note.sign}` }));
    const written = notesOf(score, ({ piece, dynamic }) => `${key(piece, kit[piece].key)} ${dynamic}`);
    expect(asText(read)).toEqual(asText(written));
    const length = score.measures.reduce((sum, measure) => sum + 4 * measure.length.valueOf(), 0);
    expect(quarters).toBeCloseTo(length, 6);
    const graces = score.measures.flatMap(({ voices }) =>
      voices.flatMap(({ events }) => events.flatMap((event) => event.graces)),
    );
    expect(notes.filter(({ grace }) => grace)).toHaveLength(graces.length);
  });

  test("has the same notes in alphaTab", async () => {
    const kit = layKit(score.pieces);
    const written = notesOf(score, ({ piece }) => key(piece, kit[piece].key));
    expect(asText(readWithAlphaTab(await toGuitarPro(score)))).toEqual(asText(written));
  });
});

test("each piece is the articulation of Guitar Pro's own drum kit", async () => {
  const { notes } = readGuitarPro(await toGuitarPro(scores.everything!()));
  expect([...new Set(notes.map(({ articulation }) => articulation))].sort()).toEqual([
    "Charley 42",
    "Charley 44",
    "Charley 46",
    "Charley 92",
    "China 52",
    "Cowbell Medium 56",
    "Crash High 49",
    "Hand Clap 39",
    "Kick Drum 36",
    "Ride 51",
    "Ride 53",
    "Snare 37",
    "Snare 38",
    "Snare 91",
    "Splash 55",
    "Tambourine 54",
    "Tom High 48",
    "Tom Low 45",
    "Tom Medium 47",
    "Tom Very Low 43",
  ]);
});

test("each note has the string, fret and key without which Guitar Pro shows empty bars", async () => {
  for (const write of Object.values(scores)) {
    const { notes, tuning } = readGuitarPro(await toGuitarPro(write()));
    expect(tuning).toBe("0 0 0 0 0 0");
    for (const { fret, midi, key } of notes) expect([fret, midi]).toEqual([key, key]);
    const together = notes.filter(({ grace }) => !grace);
    const places = together.map(({ quarter, string }) => `${quarter} ${string}`);
    expect(new Set(places).size).toBe(places.length);
    expect(notes.every(({ string }) => string >= 0 && string < 6)).toBe(true);
  }
});

test("the same score is the same file", async () => {
  const write = () => toGuitarPro(scores.everything!());
  expect(Buffer.from(await write()).equals(await write())).toBe(true);
});

test.each(['<Note id="0">x</Note>', "<OutputMidiNumber>77<", '<Beat id="0"><Notes>1 2</Notes></Beat>', "a ]]> b"])(
  "a title that looks like an element changes no note: %s",
  async (title) => {
    const score = scores.everything!();
    const plain = asText(readWithAlphaTab(await toGuitarPro(score)));
    expect(asText(readWithAlphaTab(await toGuitarPro({ ...score, title })))).toEqual(plain);
  },
);
