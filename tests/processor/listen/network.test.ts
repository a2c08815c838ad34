import type { Hit } from "@groovesheet/jobs/performance.ts";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { createSession } from "@groovesheet/processor/inference.ts";
import { BANDS, logSpectrogram, loudnessGain } from "@groovesheet/processor/listen/features.ts";
import { findHits } from "@groovesheet/processor/listen/hits.ts";
import { runNetwork } from "@groovesheet/processor/listen/network.ts";
import type { Session } from "@groovesheet/processor/session.ts";
import { beforeAll, expect, test } from "vitest";
import { listenerModel, type Model } from "../../../models/registry.ts";

const example = new URL("../../../examples/backbeat.ogg", import.meta.url).pathname;
let model: Model;
let session: Session;
/** of the example, so often that three chunks are needed, the last of them short */
let spectrogram: Float32Array;

beforeAll(async () => {
  model = await listenerModel();
  session = await createSession(model.path, { devices: ["cpu"] });
  const { channels } = await decode(example, decodeLimits());
  const once = await logSpectrogram(channels, loudnessGain(channels));
  const times = Math.ceil((25_000 * BANDS) / once.length);
  spectrogram = new Float32Array(once.length * times);
  for (let i = 0; i < times; i++) spectrogram.set(once, i * once.length);
  spectrogram = spectrogram.subarray(0, 25_001 * BANDS);
});

test("a song in several windows gives the output of the whole song, without seams", async () => {
  const { card } = model;
  const dims = [1, spectrogram.length / BANDS, BANDS];
  const out = await session.run({ [card.input]: { data: spectrogram, dims } });
  const whole = { card, frames: dims[1]!, activations: out.activations!.data, velocity: out.velocity!.data };
  const chunked = await runNetwork(model, session, spectrogram);
  expect(chunked.frames).toBe(whole.frames);
  expect(farthest(chunked.activations, whole.activations)).toBeLessThan(0.1);
  const [{ hits: found }, { hits: expected }] = [findHits(chunked), findHits(whole)];
  expect(expected.length).toBeGreaterThan(500);
  // What lies right on a threshold may fall to either side.
  const few = expected.length / 100;
  expect(missingFrom(found, expected).length).toBeLessThan(few);
  expect(missingFrom(expected, found).length).toBeLessThan(few);
});

test("several windows in one batch give the output of each window alone", async () => {
  const frames = 52_000; // windows of 12000, 15000, 15000, 15000, 15000 and 10000 frames
  const long = new Float32Array(frames * BANDS);
  for (let from = 0; from < long.length; from += spectrogram.length) {
    long.set(spectrogram.subarray(0, long.length - from), from);
  }
  const sizes: number[] = [];
  const watched: Session = {
    ...session,
    run: (inputs) => {
      sizes.push(inputs[model.card.input]!.dims[0]!);
      return session.run(inputs);
    },
  };
  const together = await runNetwork(model, watched, long, { batch: 2 });
  const alone = await runNetwork(model, session, long);
  expect(sizes).toEqual([1, 2, 2, 1]);
  expect(farthest(together.activations, alone.activations)).toBeLessThan(1e-4);
  expect(farthest(together.velocity, alone.velocity)).toBeLessThan(1e-4);
});

function missingFrom(found: readonly Hit[], expected: readonly Hit[]): Hit[] {
  const same = (a: Hit, b: Hit) =>
    a.piece === b.piece && Math.abs(a.time - b.time) < 0.002 && Math.abs(a.velocity - b.velocity) < 0.05;
  return expected.filter((hit) => !found.some((other) => same(hit, other)));
}

function farthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((top, value, i) => Math.max(top, Math.abs(value - b[i]!)), 0);
}
