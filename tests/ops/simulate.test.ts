import { expect, test } from "vitest";
import { randomFrom } from "../../reliability/random.ts";
import { quantile, serve } from "../../reliability/simulate/queue.ts";
import { makeSongs } from "../../reliability/simulate/songs.ts";

test("each song waits for the processor that is free first", () => {
  const songs = [0, 1, 2, 3].map((arrives) => ({ arrives, work: 10 }));
  expect(serve(songs, 1)).toEqual({ waits: [0, 9, 18, 27], longest: 3, busy: 1 });
  expect(serve(songs, 2).waits).toEqual([0, 0, 8, 8]);
  expect(serve(songs, 2).longest).toBe(2);
  expect(serve(songs, 4).longest).toBe(0);
});

test("the mean wait for work of one length is that of the theory (Pollaczek and Khinchine)", () => {
  const songs = makeSongs({ songsPerHour: 360, hours: 2000, fixed: 7, speed: Number.POSITIVE_INFINITY }, randomFrom(3));
  const { waits, busy } = serve(songs, 1);
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  const theory = (0.7 * 7) / (2 * (1 - 0.7));
  expect(Math.abs(mean / theory - 1)).toBeLessThan(0.05);
  expect(Math.abs(busy - 0.7)).toBeLessThan(0.01);
});

test("half of the songs of the model are shorter than three and a half minutes", () => {
  const songs = makeSongs({ songsPerHour: 1000, hours: 20, fixed: 0, speed: 1 }, randomFrom(2));
  const lengths = songs.map(({ work }) => work).toSorted((a, b) => a - b);
  expect(Math.abs(quantile(lengths, 0.5) - 210)).toBeLessThan(5);
  expect(Math.abs(songs.length / 20_000 - 1)).toBeLessThan(0.03);
});
