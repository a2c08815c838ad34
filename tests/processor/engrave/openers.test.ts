import { readFileSync } from "node:fs";
import { performanceSchema } from "@groovesheet/jobs/performance.ts";
import type { WrittenPiece } from "@groovesheet/jobs/pieces.ts";
import { height, layKit } from "@groovesheet/processor/engrave/kit.ts";
import { toMusicXml } from "@groovesheet/processor/engrave/musicxml/musicxml.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import { describe, expect, test } from "vitest";
import { complaintsOfSchema, whyNoSchema } from "../../support/musicxml.ts";
import {
  asText,
  hasLilyPond,
  notesOf,
  readWithAlphaTab,
  readWithLilyPond,
  readWithOsmd,
} from "../../support/openers.ts";
import { withOptions } from "../notate/performances.ts";
import { scores } from "../pages/scores.ts";

const example = () => {
  const file = new URL("../../../examples/backbeat.performance.json", import.meta.url);
  return notate(performanceSchema.parse(JSON.parse(readFileSync(file, "utf8"))), withOptions());
};
const documents = Object.entries({ example, ...scores });

const lilypond = await hasLilyPond();
if (!lilypond) console.log("Skipped: scores in LilyPond: musicxml2ly is not installed");

/** MIDI key of a head's place on the staff. */
function placeKey(entry: WrittenPiece): number {
  const steps = [0, 2, 4, 5, 7, 9, 11];
  return 12 * (entry.octave + 1) + steps[height(entry) % 7]!;
}

/** LilyPond takes seconds a score. */
const forLilyPond = new Set(["example", "everything", "ornaments"]);

const noSchema = whyNoSchema();
if (noSchema) console.log(`Skipped: scores against the schema: ${noSchema}`);

test.skipIf(noSchema !== undefined)("the MusicXML schema accepts all scores", async () => {
  const xmls = new Map(documents.map(([name, write]) => [name, toMusicXml(write())]));
  expect(xmls.get("repeats")).toMatch(/<measure-repeat type="start" slashes="2">2</);
  expect(xmls.get("full")).toMatch(/<note color="#9A9A9A">/);
  expect(await complaintsOfSchema(xmls)).toEqual([]);
});

describe.each(documents)("the score %s", (name, write) => {
  const score = write();
  const kit = layKit(score.pieces);
  const xml = toMusicXml(score);

  test("has the same notes in alphaTab", () => {
    const written = notesOf(score, ({ piece }) => kit[piece].key);
    expect(asText(readWithAlphaTab(new TextEncoder().encode(xml)))).toEqual(asText(written));
  });

  test("has the same notes in OpenSheetMusicDisplay", async () => {
    const written = notesOf(score, ({ piece }) => `P1-${piece}`);
    expect(asText(await readWithOsmd(xml))).toEqual(asText(written));
  });

  if (!forLilyPond.has(name)) return;
  test.skipIf(!lilypond)("has the same notes in LilyPond, at the same places on the staff", async () => {
    const written = notesOf(score, ({ piece }) => placeKey(kit[piece]));
    const read = new Set(asText(await readWithLilyPond(xml)));
    expect(asText(written).filter((note) => !read.has(note))).toEqual([]);
    const events = score.measures.flatMap(({ voices }) => voices.flatMap((voice) => voice.events));
    const graces = events.flatMap((event) => event.graces);
    expect(read.size).toBeLessThanOrEqual(new Set(asText(written)).size + graces.length);
  });
});
