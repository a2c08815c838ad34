import type { Count } from "./beats.ts";
import type { Onset } from "./onsets.ts";
import { QUARTER } from "./ticks.ts";

/** Where in a beat the second eighth lies in a triplet shuffle. */
export const TRIPLET_SWING = 2 / 3;
const lightest = 0.57;
const heaviest = 0.74;
/** Part of the off-beats that must lie late, and most middle triplets to every late one, for a song to swing. */
const swungPart = 0.75;
const middlePart = 0.25;
const fewestOffbeats = 8;

/**
 * Moves the beats to where the player feels them: a tracker's beats and a player's strokes on them differ by a habit
 * (a laid-back backbeat, a pushed chorus) that changes slowly, and the rest is the deviation of single strokes.
 */
export function followPlayer(count: Count, onsets: readonly Onset[]): Count {
  const { times } = count;
  const deviations: (number | undefined)[] = new Array(times.length);
  let beat = 0;
  for (const onset of onsets) {
    while (beat + 1 < times.length && Math.abs(times[beat + 1]! - onset.time) < Math.abs(times[beat]! - onset.time))
      beat++;
    const deviation = onset.time - times[beat]!;
    const interval = times[Math.min(beat + 1, times.length - 1)]! - times[Math.min(beat, times.length - 2)]!;
    if (Math.abs(deviation) > Math.min(0.06, 0.12 * interval)) continue;
    const known = deviations[beat];
    if (known === undefined || Math.abs(deviation) < Math.abs(known)) deviations[beat] = deviation;
  }
  const reach = 4;
  const smooth = times.map((_, index) => {
    const near = deviations
      .slice(Math.max(0, index - reach), index + reach + 1)
      .filter((deviation) => deviation !== undefined);
    return near.length >= 3 ? median(near) : 0;
  });
  return { ...count, times: times.map((time, index) => time + smooth[index]!) };
}

/**
 * How late the off-beat eighths of a song lie.
 * @returns 0.5 for straight playing, otherwise the place of the second eighth as a part of the beat
 */
export function measureSwing(count: Count, onsets: readonly Onset[], wish: "auto" | "on" | "off"): number {
  if (wish === "off" || count.unit !== QUARTER)
    return wish === "on" && count.unit % QUARTER === 0 ? TRIPLET_SWING : 0.5;
  const late: number[] = [];
  let straight = 0;
  let middle = 0;
  for (const phases of phasesByBeat(count, onsets)) {
    for (const phase of phases) {
      if (phase > 0.55 && phase < 0.78 && !phases.some((other) => other > 0.2 && other < 0.31)) late.push(phase);
      else if (phase > 0.44 && phase <= 0.55) straight++;
      else if (phase > 0.28 && phase < 0.39) middle++;
    }
  }
  const place = late.length > 0 ? Math.min(heaviest, Math.max(lightest, median(late))) : TRIPLET_SWING;
  if (wish === "on") return place;
  const offbeats = late.length + straight;
  const swings =
    late.length >= fewestOffbeats && late.length >= swungPart * offbeats && middle <= middlePart * late.length;
  return swings && median(late) >= lightest ? place : 0.5;
}

function phasesByBeat({ times }: Count, onsets: readonly Onset[]): number[][] {
  const phases: number[][] = times.map(() => []);
  let beat = 0;
  for (const onset of onsets) {
    while (beat + 2 < times.length && times[beat + 1]! <= onset.time) beat++;
    phases[beat]!.push((onset.time - times[beat]!) / (times[beat + 1]! - times[beat]!));
  }
  return phases;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
