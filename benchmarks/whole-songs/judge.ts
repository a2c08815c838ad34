import type { Beat } from "@groovesheet/jobs/performance.ts";
import { classOf } from "@groovesheet/jobs/pieces.ts";
import { median, medianInterval } from "@groovesheet/processor/numeric/median.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import type { Tracked } from "@groovesheet/processor/track/track.ts";
import { fMeasure } from "../end-to-end/judge.ts";
import { perBar, symbolsIn } from "../roundtrip/symbols.ts";
import type { SongTruth } from "./songs.ts";

/** How a song was tracked and written. Where nothing is known of a song, only the properties of the score are there. */
export interface Verdict {
  readonly tempo: number;
  readonly meter: string;
  /** beats per minute of the truth */
  readonly trueTempo?: number;
  readonly tempoRight?: boolean;
  /** F-measure of the downbeats at 70 ms */
  readonly barsF?: number;
  readonly barsRight?: boolean;
  /** changes of meter on the page */
  readonly meterChanges: number;
  /** metronome marks after the first */
  readonly tempoChanges: number;
  /** whether the meter and the tempo of the song are known not to change */
  readonly isConstant: boolean;
  /** largest difference of a bar's tempo from the median, as a share */
  readonly tempoSpread: number;
  readonly bars: number;
  /** different bars among the played and among the written ones, by class and twelfth of a beat */
  readonly distinctPlayed?: number;
  readonly distinctWritten: number;
  /** notes, rests and tuplets a bar */
  readonly symbols: number;
}

/** Relative tolerance for tempi. */
const SAME_TEMPO = 0.08;
/** Bars are right from this F-measure on. */
const RIGHT_BARS = 0.8;
/** seconds: beats of a song with a constant tempo are as near as this to a line */
const CONSTANT = 0.03;
/** parts of a quarter that distinguish bars */
const SLOTS = 12;

export function judge({ beats: answered, tempo, meter }: Tracked, score: Score, truth?: SongTruth): Verdict {
  const speeds = score.measures.map((bar) => bar.length.valueOf() / bar.duration);
  const usual = median(speeds);
  const written = {
    tempo,
    meter,
    meterChanges: score.measures.filter(({ showMeter }) => showMeter).length - 1,
    tempoChanges: score.measures.filter((bar) => bar.tempo).length - 1,
    tempoSpread: Math.max(...speeds.map((speed) => Math.abs(speed / usual - 1))),
    bars: score.measures.length,
    distinctWritten: new Set(score.measures.map(writtenPattern)).size,
    symbols: perBar(symbolsIn([score])),
  };
  if (!truth) return { ...written, isConstant: false };
  const { beats, onsets } = truth;
  const trueTempo = 60 / medianInterval(beats.map(({ time }) => time));
  const heard = score.measures;
  const [from, to] = [heard[0]!.startTime - 0.1, heard.at(-1)!.startTime + heard.at(-1)!.duration + 0.1];
  const downbeats = (of: readonly Beat[]) =>
    of.filter(({ position, time }) => position === 1 && time > from && time < to).map(({ time }) => time);
  const barsF = fMeasure(downbeats(beats), downbeats(answered));
  return {
    ...written,
    trueTempo,
    tempoRight: Math.abs(tempo / trueTempo - 1) < SAME_TEMPO,
    barsF,
    barsRight: barsF >= RIGHT_BARS,
    isConstant: isConstant(beats),
    ...(onsets && { distinctPlayed: new Set(playedPatterns(beats, onsets)).size }),
  };
}

/** Whether the beats lie on a line and the bars have one length. */
function isConstant(beats: readonly Beat[]): boolean {
  const downbeats = beats.flatMap(({ position }, index) => (position === 1 ? [index] : []));
  const lengths = new Set(downbeats.slice(1).map((index, i) => index - downbeats[i]!));
  const beat = (beats.at(-1)!.time - beats[0]!.time) / (beats.length - 1);
  return lengths.size === 1 && beats.every(({ time }, i) => Math.abs(time - beats[0]!.time - i * beat) < CONSTANT);
}

/** One text for each bar with a hit: equal for bars with the same hits. */
function playedPatterns(beats: readonly Beat[], onsets: NonNullable<SongTruth["onsets"]>): string[] {
  const bars = new Map<number, Set<string>>();
  for (const onset of onsets) {
    const next = beats.findIndex(({ time }) => time > onset.time + 0.02);
    const beat = next < 0 ? beats.length - 1 : next - 1;
    if (beat < 0 || beat + 1 >= beats.length) continue;
    const part = (onset.time - beats[beat]!.time) / (beats[beat + 1]!.time - beats[beat]!.time);
    const { position } = beats[beat]!;
    const bar = beat - position;
    if (!bars.has(bar)) bars.set(bar, new Set());
    bars.get(bar)!.add(`${onset.class} ${(position - 1) * SLOTS + Math.max(0, Math.round(part * SLOTS))}`);
  }
  return [...bars.values()].map((hits) => [...hits].toSorted().join(", "));
}

function writtenPattern({ voices }: Score["measures"][number]): string {
  const hits = voices.flatMap(({ events }) =>
    events.flatMap(({ onset, notes }) =>
      notes.map(({ piece }) => `${classOf(piece) ?? piece} ${Math.round(onset.valueOf() * 4 * SLOTS)}`),
    ),
  );
  return [...new Set(hits)].toSorted().join(", ");
}
