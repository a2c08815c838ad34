import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { type Hearing, hear, listen, spectrogramOf } from "@groovesheet/processor/listen/listen.ts";
import { beforeAll, describe, expect, test } from "vitest";

const example = new URL("../../../examples/backbeat.ogg", import.meta.url).pathname;
const options = { devices: ["cpu"] } as const;

describe("separated drums beside their mix", () => {
  /** frames × bands */
  let drums: Float32Array;
  let same: Hearing;

  beforeAll(async () => {
    drums = await spectrogramOf(await decode(example, decodeLimits()));
    same = await hear(drums, options);
  });

  test("have the hits of the drums alone if both are the same", async () => {
    expect((await listen(drums, options, same)).hits).toEqual((await listen(drums, options)).hits);
  });

  test("lose the hits that are not in the mix at all", async () => {
    const { activations } = same;
    const nothing = { ...activations, activations: new Float32Array(activations.activations.length) };
    await expect(listen(drums, options, { ...same, activations: nothing })).rejects.toMatchObject({ code: "noDrums" });
  });

  test("have the beats of the mix", async () => {
    const shifted = { ...same.activations, activations: same.activations.activations.slice() };
    const { card, frames } = shifted;
    const width = card.outputs.activations.length;
    const beat = card.outputs.activations.indexOf("beat");
    for (let n = 0; n < frames; n++) shifted.activations[n * width + beat] = n % 50 === 0 ? 1 : 0;
    const heard = await listen(drums, options, { ...same, activations: shifted });
    expect([heard.beat[100], heard.beat[125]]).toEqual([1, 0]);
  });
});
