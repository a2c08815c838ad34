import { toMidi } from "@groovesheet/processor/engrave/midi/midi.ts";
import { toMusicXml } from "@groovesheet/processor/engrave/musicxml/musicxml.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { type Converted, convert, findMuseScore } from "../../support/musescore.ts";
import { complaintsOfSchema, whyNoSchema } from "../../support/musicxml.ts";
import { onsetsIn } from "../notate/midi-events.ts";
import { perform, withOptions } from "../notate/performances.ts";
import { cases, everything, resting } from "../notate/songs.ts";

const program = await findMuseScore();
if (!program) console.log("Skipped: scores in MuseScore: neither mscore3 nor musescore3 is installed");
const noSchema = whyNoSchema();

const scores = new Map<string, Score>([
  ...Object.entries(cases).map(
    ([name, { song, options }]) =>
      [name.replaceAll("/", "-"), notate(perform(song), options ?? withOptions())] as const,
  ),
  ["everything", notate(perform(everything), withOptions())],
  ["rests and repeats", notate(perform(resting), withOptions())],
]);
const documents = new Map([...scores].map(([name, score]) => [name, toMusicXml(score)]));

describe.skipIf(!program)("scores opened by MuseScore 3", () => {
  let files: Map<string, Converted>;
  let complaints: string[];

  beforeAll(async () => {
    ({ files, complaints } = await convert(program!, documents));
  }, 300_000);

  test("it has no complaint but that it knows no <swing>, which came with MusicXML 4.0", () => {
    const swung = [...scores.keys()].filter((name) => documents.get(name)!.includes("<swing>"));
    const known = (line: string) =>
      swung.some((name) => line.endsWith(`/${name}.musicxml' is not a valid MusicXML file`));
    expect(complaints.filter((line) => !known(line))).toEqual([]);
  });

  test("it engraves each as a PDF", () => {
    for (const { pdf } of files.values()) expect(Buffer.from(pdf.subarray(0, 4)).toString()).toBe("%PDF");
  });

  test.each([...scores])("what it plays of %s is what we play", (name, score) => {
    expect(onsetsIn(files.get(name)!.midi)).toEqual(onsetsIn(toMidi(score, { timing: "written" })));
  });
});

test.skipIf(noSchema)("the MusicXML of every score is valid", { timeout: 60_000 }, async () => {
  expect(await complaintsOfSchema(documents)).toEqual([]);
});
