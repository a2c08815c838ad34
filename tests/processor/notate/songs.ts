import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import { type Song, withOptions } from "./performances.ts";

export interface Case {
  readonly song: Song;
  readonly options?: NotateOptions;
  /** as `describe` writes it: one string a measure, voices separated by a bar */
  readonly measures: readonly string[];
}

const eighths = "e e e e e e e e";
const rock = "[kh]h [sh]h [kh][kh] [sh]h";

/** Known patterns, and what a drummer would write. */
export const cases: Readonly<Record<string, Case>> = {
  "a rock beat": { song: { bars: [rock, rock] }, measures: [eighths, eighths] },
  "kicks between the hands": {
    song: { bars: ["[kh]h [sh].[h]k [kh]h [sh]h"] },
    measures: ["e e e e e e e e | q re rs s h"],
  },
  "a shuffle": {
    song: { bars: Array(4).fill("[kd]d [sd]d [kd]d [sd]d"), swing: 2 / 3 },
    measures: Array(4).fill(eighths),
  },
  "6/8 in dotted beats": {
    song: { meter: "6/8", dotted: true, bpm: 60, bars: ["[kh]hh [sh]hh", "[kh]h.hhh [sh].h"] },
    measures: ["e e e e e e", "s e s s s q e"],
  },
  "6/8 in eighths": {
    song: { meter: "6/8", bpm: 180, bars: ["[kh] h h [sh] h hh", "[kh] . h [sh] . ."] },
    measures: ["e e e e e s s", "q e q."],
  },
  "a triplet fill": {
    song: { bars: [rock, "111 222 444 sss", "[kc] . . ."] },
    measures: [eighths, "(e e e) (e e e) (e e e) (e e e)", "q rq rh"],
  },
  "triplets in half a beat": {
    song: { bpm: 70, bars: [rock, "[kh]h [sh]h s..sss [kh]h"] },
    measures: [eighths, "e e e e e (s s s) e e"],
  },
  "triplets with gaps": {
    song: { bars: ["[kd].d [sd].d .dd d.d", "ddd dd. .d. ..d"], meter: "4/4" },
    options: withOptions({ swing: "off" }),
    measures: ["(q e) (q e) (re e e) (q e)", "(e e e) (e q) (re q) (rq e)"],
  },
  "a pickup of one beat": {
    song: { firstPosition: 4, bars: ["ssss", rock] },
    measures: ["s s s s", eighths],
  },
  "sixteenths with ghost notes": {
    song: { bars: ["[kh]hgg [sh]gh. [kh].hg [sh].hg", "[kh]hgg [sh]gh. [kh].hg [sh].hg"] },
    measures: Array(2).fill("s s s s s s e e s s e s s"),
  },
  "3/4": {
    song: { meter: "3/4", bars: ["[kd] [sd] [sd]", "k . .", "k . s", "kd d d"] },
    measures: ["q q q", "R | h.", "rq rq q | h.", "re e q q | h."],
  },
  "7/8": {
    song: { meter: "7/8", bpm: 220, bars: ["[kh] h [sh] h [kh] h h", "[kh] hh [sh] h [kh] . h"] },
    measures: ["e e e e e e e", "e s s e e q e"],
  },
  "5/4": {
    song: { meter: "5/4", bars: ["[kh]h [sh]h [kh]h [sh]h [sh]h"] },
    measures: ["e e e e e e e e e e"],
  },
  "12/8": {
    song: { meter: "12/8", dotted: true, bpm: 70, bars: ["[kd]dd [sd]dd [kd]dk [sd]d."] },
    measures: ["e e e e e e e q e q | q. rq. q e rq."],
  },
  "2/2": {
    song: { meter: "2/2", bpm: 80, bars: ["[kh]hhh [sh]hhh"] },
    measures: [eighths],
  },
  "half-open and open hats": {
    song: { bars: ["[ke]e [se]o [kh]h [sh]o", "[kh]h [so]o [ko]h [sh]h"] },
    measures: [eighths, eighths],
  },
  "a backbeat without cymbals": {
    song: { bars: ["k s k s", "k . s .", ". s . s", ". . . .", "k s ks ks"] },
    measures: ["rq q rq q | h h", "rh h | h rh", "rq q rq q", "R", "rq q re e re e | h q q"],
  },
};

/** Every piece, sign and value at once. */
export const everything: Song = {
  bars: [
    "[kc]h [sh]h [kh][kh] [sh]h",
    "[kh]h [sh]hg[hg] [kh]o [sh]h",
    "[kh]hgg [sh]gh. [kh].hg [sh].hg",
    "[kh]h [sh]e ss.sssss 1123",
    "[kd]b [sd]d 123 444",
    "k p k p",
    "[kn] [sl] [kw]t [qa]r",
    "[kh]h. [sh]h .[ks].[ks] [p]4",
  ],
  bpm: 84,
};

/** Rests of several bars, and repeat signs for one, two and four bars. */
export const resting: Song = {
  bars: [
    ...Array(5).fill(rock),
    ...Array(6).fill(". . . ."),
    ...Array(4).fill([rock, "[kh]h [sh]k [kh]h [sh]h"]).flat(),
    ". . . .",
    ...Array(4).fill([rock, rock, "[kd]d [sd]d [kd]d [sd]d", "ssss 1122 3344 [kc]"]).flat(),
  ],
};
