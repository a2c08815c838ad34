import type { PlayOptions } from "@groovesheet/jobs/options.ts";
import type { Strip } from "../picture.ts";
import type { Measure, Score } from "../score.ts";

/** What the video shows from one time on. Times are in seconds of the video. */
export interface Mark {
  readonly time: number;
  /** index of the strip that is shown in full */
  readonly strip: number;
  /** x of the marker in the strip, pixels; absent where no beat is played */
  readonly x?: number | undefined;
  readonly label?: Label | undefined;
}

/** The number of the bar, or of the beat that is counted in. */
export interface Label {
  readonly kind: "bar" | "count";
  readonly number: number;
}

/** A click of the metronome, in seconds of the video. */
export interface Click {
  readonly time: number;
  /** the first beat of a bar */
  readonly accent: boolean;
}

/** What happens when in the video. */
export interface Timeline {
  /** in order of time; the first one is at 0 */
  readonly marks: readonly Mark[];
  readonly clicks: readonly Click[];
  /** seconds of silence before the recording begins, in the recording's own tempo */
  readonly lead: number;
  /** seconds of the video */
  readonly duration: number;
  /** seconds at which bars end: places at which the video may be cut */
  readonly barEnds: readonly number[];
}

/** seconds before the first click, so that its attack is not cut off */
const BEFORE_FIRST_CLICK = 0.1;

/**
 * Lays the score over the time of the video. The beats are where they were played, so the marker follows a tempo that
 * varies; the count-in is one bar in the tempo of the first bar, before the pickup if there is one.
 *
 * @param duration of the recording, seconds
 */
export function layTimeline(score: Score, strips: readonly Strip[], duration: number, options: PlayOptions): Timeline {
  const { measures } = score;
  const countIn = options.click === "off" ? [] : countBeats(measures);
  const lead = Math.max(0, BEFORE_FIRST_CLICK - (countIn[0]?.time ?? BEFORE_FIRST_CLICK));
  const videoTime = (time: number) => ((time + lead) * 100) / options.speed;
  const played = strips.flatMap(({ measures: placed }, strip) =>
    placed.flatMap(({ index, beats }) =>
      measures[index]!.beats.map(({ time, onset }, beat) => ({
        mark: { time: videoTime(time), strip, x: beats[beat]!, label: barLabel(measures[index]!) },
        click: { time: videoTime(time), accent: onset.equals(0) && !measures[index]!.pickup },
      })),
    ),
  );
  const last = measures.at(-1)!;
  const end = videoTime(last.startTime + last.duration);
  const total = videoTime(duration);
  const counted = countIn.map(({ time, number }) => ({
    mark: { time: videoTime(time), strip: 0, x: played[0]?.mark.x, label: { kind: "count" as const, number } },
    click: { time: videoTime(time), accent: number === 1 },
  }));
  const clicks = [...counted, ...(options.click === "on" ? played : [])].map(({ click }) => click);
  const marks: Mark[] = [
    { time: 0, strip: 0 },
    ...counted.map(({ mark }) => mark),
    ...played.map(({ mark }) => mark),
    { time: end, strip: Math.max(0, strips.length - 1) },
  ];
  return {
    marks: marks.filter(({ time }) => time >= 0 && time < total).sort((a, b) => a.time - b.time),
    clicks: clicks.filter(({ time }) => time < total),
    lead,
    duration: total,
    barEnds: measures.map((measure) => videoTime(measure.startTime + measure.duration)),
  };
}

function barLabel({ pickup, number }: Measure): Label | undefined {
  return pickup ? undefined : { kind: "bar", number };
}

/** @returns the beats that are counted in, in seconds of the recording; the first ones may be before its start */
function countBeats(measures: readonly Measure[]): { readonly time: number; readonly number: number }[] {
  const full = measures.findIndex(({ pickup }) => !pickup);
  const first = measures[Math.max(0, full)]!;
  const perBar = Math.max(1, first.beats.length);
  const beat = first.duration / perBar;
  const pickupBeats = (first.startTime - measures[0]!.startTime) / beat;
  const bars = 1 + Math.ceil(Math.round(pickupBeats * 1000) / 1000 / perBar);
  const beats: { time: number; number: number }[] = [];
  for (let before = bars * perBar; before > pickupBeats + 0.01; before--) {
    beats.push({ time: first.startTime - before * beat, number: perBar - ((before - 1) % perBar) });
  }
  return beats;
}
