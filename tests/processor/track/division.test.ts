import { dividesInThree } from "@groovesheet/processor/track/division.ts";
import { expect, test } from "vitest";
import { bars, drums, type Pattern, song } from "./songs.ts";

const played = song(bars(16, 4), () => 100);
const times = played.beats.map((beat) => beat.time);

test.each<readonly [string, boolean, Pattern]>([
  [
    "eighths of a dotted quarter",
    true,
    { kick: "x.. ..x x.. ...", snare: "... x.. ... x..", hihatClosed: "xxx xxx xxx xxx" },
  ],
  ["sixteenths of a dotted quarter", true, { kick: "x..... .....x", hihatClosed: "xxxxxx xxxxxx" }],
  ["eighths and sixteenths", false, { kick: "x... .... x.x. ....", hihatClosed: "xxxx x.x." }],
  ["a shuffle", false, { kick: "x.. ... x.. ...", snare: "... x.. ... x..", hihatClosed: "x.x x.x x.x x.x" }],
  ["a shuffle with ghost notes", false, { snare: "... xg. .g. xg.", hihatClosed: "x.x x.x x.x x.x" }],
  ["three against four", false, { hihatClosed: "xxxx xxxx", tomMid: "xxx xxx" }],
  ["triplets now and then", false, { kick: "x... .... x... ....", tomMid: "... ... ... xxx" }],
])("%s: the beats divide in three: %s", (_, expected, pattern) => {
  expect(dividesInThree(times, drums(played, pattern))).toBe(expected);
});
