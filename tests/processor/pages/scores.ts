import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { perform, type Song, withOptions } from "../notate/performances.ts";
import { everything } from "../notate/songs.ts";

const times = (bars: readonly string[], count: number) => Array<readonly string[]>(count).fill(bars).flat();
const verse = "[kh]h [sh]h [kh][kh] [sh]h";
const opened = "[kh]h [sh]h [kh]k [sh]o";
const chorus = "[kd]d [sd]d [kd]d [sd]d";
const crash = "[kc]d [sd]d [kd]d [sd]d";
const fill = "ssss 1122 3344 [kc]";
const shuffle = "[kd]d [sd]d [kd]k [sd]d";
const ghosts = "[kh]hgg [sh]gh. [kh].hg [sh].hg";
const form = [
  ...times(["h h h h"], 4),
  ...times([verse], 7),
  fill,
  crash,
  ...times([chorus], 7),
  ...times([verse, opened], 4),
];

/** A flam, a drag and an accent, which patterns cannot say. */
function ornamented(): DrumPerformance {
  const song = perform({ bars: times(["[kh]h [sh]h [kh]h [sh]h", "[kh]h [sh]h ss ss"], 4), bpm: 92 });
  const backbeats = song.hits.filter(({ piece }) => piece === "snare");
  const grace = (hit: Hit, early: number): Hit => ({ ...hit, time: hit.time - early, velocity: 0.3 });
  const graces = [grace(backbeats[0]!, 0.03), grace(backbeats[4]!, 0.05), grace(backbeats[4]!, 0.025)];
  const hits = song.hits.map((hit) => ({ ...hit, velocity: hit === backbeats[9] ? 1 : 0.6 }));
  return { ...song, hits: [...hits, ...graces].toSorted((a, b) => a.time - b.time) };
}

/** Louder in the chorus, and now and then not sure of what it hears. */
function uneven(): DrumPerformance {
  const song = perform({ bars: form, bpm: 126 });
  const hits = song.hits.map((hit, index) => ({
    ...hit,
    velocity: hit.time > 23 && hit.time < 38 ? 0.9 : 0.65,
    confidence: index % 11 === 5 ? 0.45 : 0.9,
  }));
  return { ...song, hits };
}

const write = (title: string, song: Song | DrumPerformance, changes: Partial<NotateOptions> = {}): Score => {
  const performance = "hits" in song ? song : perform(song);
  return notate({ ...performance, title }, withOptions(changes));
};

/** Rests of several bars, the first at a section, and a passage of uncertain hits. */
function resting(): DrumPerformance {
  const rest = ". . . .";
  const bars = [
    ...times([verse], 8),
    ...times([rest], 7),
    fill,
    ...times([chorus, opened, verse, shuffle], 2),
    rest,
    rest,
  ];
  const song = perform({ bars: [...bars, ...times([crash, shuffle, ghosts], 2), ...times([verse], 4)], bpm: 120 });
  const hits = song.hits.map((hit) => (hit.time > 32.4 && hit.time < 48.4 ? { ...hit, confidence: 0.55 } : hit));
  return { ...song, hits };
}

/** Scores whose pages are compared with approved ones, by the name of their pictures. */
export const scores: Readonly<Record<string, () => Score>> = {
  form: () => write("Sections and a Fill", { bars: form, bpm: 126 }),
  repeats: () =>
    write("Repeat Signs", { bars: [...form, ...times([verse, ghosts, opened, fill], 2)] }, { repeats: true }),
  everything: () => write("Every Piece & Sign", everything),
  shuffle: () => write("Shuffle", { bars: times([shuffle, shuffle, shuffle, "[kd]d [sd]g 111 444"], 2), swing: 2 / 3 }),
  compound: () =>
    write("Slow 6/8", {
      meter: "6/8",
      dotted: true,
      bpm: 54,
      bars: times(["[kh]hh [sh]hh", "[kh]h.hhh [sh].h", "[kh]hk [sh]hh", "[kh]hh s1144."], 2),
    }),
  odd: () =>
    write("Seven", {
      meter: "7/8",
      bpm: 220,
      bars: times(["[kh] h [sh] h [kh] h h", "[kh] hh [sh] h [kh] . h"], 4),
    }),
  waltz: () =>
    write("Waltz with the Foot", {
      meter: "3/4",
      bpm: 140,
      bars: times(["[kd] [pd]d d", "[kd] [pd] [sd]", "k . .", ". s [kc]"], 3),
    }),
  ghosts: () =>
    write("Ghost Notes", {
      firstPosition: 4,
      bpm: 88,
      bars: ["ssss", ...times([ghosts], 7), "[kh]e [sh]o h.[kh]. s..sss"],
    }),
  ornaments: () => write("Flams, a Drag and an Accent: a Title That Needs the Whole Width of Its Page", ornamented()),
  rests: () => write("Long Rests and an Uncertain Passage", resting(), { detail: "full" }),
  full: () => write("All Detail, Unsure Notes Grey", uneven(), { detail: "full", showConfidence: true }),
};
