import type { Hit, Piece } from "../../jobs/performance.ts";

/**
 * How often each instrument is struck on each sixteenth of a bar of four: shares over the 314 human performances in 4/4 of
 * the Groove MIDI Dataset's training split (Gillick et al. 2019, CC-BY-4.0), each performance counting once.
 */
const STRUCK: Readonly<Record<Instrument, readonly number[]>> = {
  kick: [0.71, 0.03, 0.17, 0.23, 0.24, 0.08, 0.22, 0.14, 0.44, 0.09, 0.25, 0.16, 0.26, 0.08, 0.18, 0.09],
  snare: [0.14, 0.15, 0.18, 0.19, 0.61, 0.17, 0.21, 0.27, 0.21, 0.26, 0.21, 0.23, 0.58, 0.21, 0.25, 0.25],
  crash: [0.11, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02],
  tom: [0.09, 0.03, 0.07, 0.05, 0.08, 0.05, 0.09, 0.06, 0.09, 0.07, 0.09, 0.07, 0.14, 0.08, 0.16, 0.1],
  openHihat: [0.06, 0.02, 0.06, 0.03, 0.04, 0.02, 0.05, 0.02, 0.05, 0.02, 0.09, 0.02, 0.07, 0.02, 0.07, 0.03],
};

type Instrument = "kick" | "snare" | "crash" | "tom" | "openHihat";

const INSTRUMENT_OF: Partial<Record<Piece, Instrument>> = {
  kick: "kick",
  snare: "snare",
  rimshot: "snare",
  sideStick: "snare",
  crash: "crash",
  china: "crash",
  splash: "crash",
  tomHigh: "tom",
  tomMid: "tom",
  tomLow: "tom",
  tomFloor: "tom",
  hihatOpen: "openHihat",
};

const PER_BEAT = 4;
const BAR = 4;

/**
 * How well drums fit bars of four that begin at one beat or another.
 *
 * @param beats seconds, at least two
 * @param hits in order of time
 * @returns for each beat, by which of the four of a bar it would be: the logarithm of the probability of what is struck
 *   from it to the next beat
 */
export function patternLikelihoods(beats: readonly number[], hits: readonly Hit[]): number[][] {
  const struck = strokesByBeat(beats, hits);
  return struck.map((sixteenths) =>
    Array.from({ length: BAR }, (_, place) => {
      let sum = 0;
      for (const [instrument, shares] of Object.entries(STRUCK)) {
        for (let i = 0; i < PER_BEAT; i++) {
          const share = shares[place * PER_BEAT + i]!;
          sum += Math.log(sixteenths[i]!.has(instrument as Instrument) ? share : 1 - share);
        }
      }
      return sum;
    }),
  );
}

/** For each beat, what is struck on each of its sixteenths. */
function strokesByBeat(beats: readonly number[], hits: readonly Hit[]): Set<Instrument>[][] {
  const struck = beats.map(() => Array.from({ length: PER_BEAT }, () => new Set<Instrument>()));
  let beat = 0;
  for (const { time, piece } of hits) {
    const instrument = INSTRUMENT_OF[piece];
    if (instrument === undefined) continue;
    while (beat + 2 < beats.length && beats[beat + 1]! <= time) beat++;
    const sixteenth = Math.round((PER_BEAT * (time - beats[beat]!)) / (beats[beat + 1]! - beats[beat]!));
    const sixteenths = struck[beat + Math.floor(sixteenth / PER_BEAT)];
    if (sixteenths) sixteenths[((sixteenth % PER_BEAT) + PER_BEAT) % PER_BEAT]!.add(instrument);
  }
  return struck;
}
