import { readFileSync } from "node:fs";
import { FORMATS, listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { type Hit, performanceSchema } from "@groovesheet/jobs/performance.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { renotate, type Transcription, transcribe } from "@groovesheet/processor/pipeline.ts";
import { beforeAll, describe, expect, test } from "vitest";

const song = new URL("../../examples/backbeat.ogg", import.meta.url).pathname;
const played: { hits: Hit[]; beats: { time: number; position: number }[] } = JSON.parse(
  readFileSync(new URL("../fixtures/backbeat.json", import.meta.url), "utf8"),
);

/** F-measure of one-to-one matches within 50 ms. */
function fMeasure(reference: readonly number[], estimate: readonly number[]): number {
  let matches = 0;
  let r = 0;
  let e = 0;
  while (r < reference.length && e < estimate.length) {
    const apart = estimate[e]! - reference[r]!;
    if (Math.abs(apart) <= 0.05) matches += 1;
    if (apart >= -0.05) r += 1;
    if (apart <= 0.05) e += 1;
  }
  return (2 * matches) / (reference.length + estimate.length);
}

const timesOf = (hits: readonly Hit[], ...pieces: string[]) =>
  hits.filter((hit) => pieces.includes(hit.piece)).map((hit) => hit.time);

describe("the example, through the whole pipeline with the real network,", () => {
  const progress: [Stage, number][] = [];
  let result: Transcription;

  beforeAll(async () => {
    result = await transcribe(song, {
      listen: listenOptionsSchema.parse({}),
      notate: notateOptionsSchema.parse({}),
      formats: FORMATS.filter((format) => format !== "video" && format !== "chart"), // these take the recording along
      devices: ["cpu"],
      limits: decodeLimits(),
      onProgress: (stage, fraction) => progress.push([stage, fraction]),
    });
  }, 120_000);

  test("has its kicks, snares and hi-hats where they were played", () => {
    const { hits } = result.performance;
    for (const pieces of [["kick"], ["snare"], ["hihatClosed", "hihatOpen", "hihatHalfOpen", "hihatPedal"]]) {
      expect(fMeasure(timesOf(played.hits, ...pieces), timesOf(hits, ...pieces)), pieces[0]).toBeGreaterThan(0.85);
    }
  });

  test("has the tempo, meter and bar lines of the composition", () => {
    const { tempo, meter, beats } = result.performance;
    expect(tempo).toBeGreaterThan(103);
    expect(tempo).toBeLessThan(105);
    expect(meter).toBe("4/4");
    const downbeats = (all: readonly { time: number; position: number }[]) =>
      all.filter(({ position }) => position === 1).map(({ time }) => time);
    expect(fMeasure(downbeats(played.beats), downbeats(beats))).toBeGreaterThan(0.9);
  });

  test("has greater velocities for louder hits", () => {
    const snares = result.performance.hits.filter((hit) => hit.piece === "snare");
    const velocityNear = (time: number) => snares.find((hit) => Math.abs(hit.time - time) < 0.03)?.velocity;
    const mean = (ghost: boolean) => {
      const heard = played.hits
        .filter((hit) => hit.piece === "snare" && (ghost ? hit.velocity < 0.35 : hit.velocity > 0.8))
        .flatMap((hit) => velocityNear(hit.time) ?? []);
      return heard.reduce((a, b) => a + b, 0) / heard.length;
    };
    expect(mean(false)).toBeGreaterThan(mean(true) + 0.15);
  });

  test("gives a valid, ordered performance with notices of what was left out", () => {
    const { performance } = result;
    expect(() => performanceSchema.parse(JSON.parse(JSON.stringify(performance)))).not.toThrow();
    expect(performance.hits.map((hit) => hit.time)).toEqual(
      performance.hits.map((hit) => hit.time).sort((a, b) => a - b),
    );
    expect(performance).toMatchObject({ title: "Backbeat", artist: "GrooveSheet", separated: false });
    expect(performance.notices.map(({ code }) => code).join(" ")).toMatch(/separationMissing|separationSlow/);
  });

  test("is written in every format", () => {
    const suffixes = result.files.map((file) => file.suffix);
    for (const suffix of [".musicxml", ".mxl", ".mid", ".pdf", "-1.png", ".performance.json"]) {
      expect(suffixes).toContain(suffix);
    }
    expect(result.files.every((file) => file.bytes.length > 100)).toBe(true);
  });

  test("reports progress from 0 to 1 in each stage, in order", () => {
    const order: Stage[] = ["decode", "listen", "track", "notate", "engrave"];
    expect([...new Set(progress.map(([stage]) => stage))]).toEqual(order);
    for (const stage of order) {
      const fractions = progress.filter(([name]) => name === stage).map(([, fraction]) => fraction);
      expect(fractions.at(0)).toBe(0);
      expect(fractions.at(-1)).toBe(1);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    }
  });

  test("is written again from its performance at half the tempo, without listening", async () => {
    const half = await renotate(result.performance, {
      notate: notateOptionsSchema.parse({ tempoScale: "half", title: "Slow" }),
      formats: ["musicxml"],
    });
    expect(Object.keys(half.stageSeconds)).toEqual(["notate", "engrave"]);
    expect(half.score.title).toBe("Slow");
    expect(half.score.measures.length).toBeLessThan(0.7 * result.score.measures.length);
  });
});

test("a cancelled pipeline stops before the next stage", async () => {
  const cancel = new AbortController();
  const stages: Stage[] = [];
  const work = transcribe(song, {
    listen: listenOptionsSchema.parse({ separation: "off" }),
    notate: notateOptionsSchema.parse({}),
    formats: ["musicxml"],
    devices: ["cpu"],
    limits: decodeLimits(),
    signal: cancel.signal,
    onProgress: (stage, fraction) => {
      stages.push(stage);
      if (stage === "decode" && fraction === 1) cancel.abort(new Error("cancelled by a person"));
    },
  });
  await expect(work).rejects.toThrow("cancelled by a person");
  expect(new Set(stages)).toEqual(new Set(["decode"]));
});
