import { SampleCollector } from "@groovesheet/processor/decode/samples.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

test("samples in chunks of any size come out once each, in their channel and in order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 0, max: 300 }),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 0, max: 400 }),
      (channels, frames, sizes, expected) => {
        const samples = Float32Array.from({ length: channels * frames }, (_, i) => i);
        const bytes = Buffer.from(samples.buffer);
        const collector = new SampleCollector(channels, expected);
        for (let start = 0, n = 0; start < bytes.length; n++) {
          const size = sizes[n % sizes.length]!;
          collector.add(bytes.subarray(start, start + size));
          start += size;
        }
        const found = collector.finish();
        expect(found.map((channel) => channel.length)).toEqual(Array(channels).fill(frames));
        found.forEach((channel, c) => {
          expect([...channel].every((value, i) => value === i * channels + c)).toBe(true);
        });
      },
    ),
  );
});
