import type { Hit } from "@groovesheet/jobs/performance.ts";
import { count } from "./counter.ts";
import type { Observations } from "./observations.ts";
import { between, type CountedBeats } from "./tempo-octave.ts";

/** Neighbouring beats say much the same: the logit of each is worth so much. */
const INDEPENDENCE = 0.25;
/** Natural logarithm: the cost of a change between the beats and the places between them. */
const SLIP = -6;
/** frames around a false beat in which it is muted */
const REACH = 5;
/** what is left of a false beat, and at least there of the true one */
const [MUTED, VOICED] = [0.05, 0.4];

/**
 * A tracker may slip by half a beat in the middle of a song, on to the off-beats where they are loud, and stay there. The
 * counter hears it.
 *
 * @returns the beat activation with the false beats muted, to be tracked anew; undefined where nothing slipped
 */
export async function muteSlips(
  { times, level }: CountedBeats,
  observed: Observations,
  hits: readonly Hit[],
): Promise<Float32Array | undefined> {
  const others = between(times);
  if (others.length < 2 || hits.length === 0) return undefined;
  const { level: otherLevel } = await count(others, hits);
  const slipped = followSlips(level.slice(0, others.length), otherLevel);
  if (!slipped.includes(true) || !slipped.includes(false)) return undefined;
  const beat = observed.beat.slice();
  for (const [i, isSlipped] of slipped.entries()) {
    if (!isSlipped) continue;
    const wrong = Math.round(times[i]! * observed.fps);
    for (let n = Math.max(0, wrong - REACH); n <= Math.min(beat.length - 1, wrong + REACH); n++) beat[n]! *= MUTED;
    const right = Math.round(others[i]! * observed.fps);
    for (let n = right - 1; n <= Math.min(beat.length - 1, right + 1); n++) beat[n] = Math.max(beat[n]!, VOICED);
  }
  return beat;
}

/** For each beat whether the place after it rather than itself is one: the best path with few changes. */
function followSlips(level: readonly number[], otherLevel: readonly number[]): boolean[] {
  let [stayed, slipped] = [0, 0];
  const from: (readonly [boolean, boolean])[] = [];
  for (const [i, logit] of level.entries()) {
    const changes = [slipped + SLIP > stayed, stayed + SLIP > slipped] as const;
    from.push([changes[0], !changes[1]]);
    const before = [Math.max(stayed, slipped + SLIP), Math.max(slipped, stayed + SLIP)] as const;
    stayed = before[0] + INDEPENDENCE * logLikelihood(logit);
    slipped = before[1] + INDEPENDENCE * logLikelihood(otherLevel[i]!);
  }
  const path: boolean[] = [];
  let isSlipped = slipped > stayed;
  for (let i = level.length - 1; i >= 0; i--) {
    path.push(isSlipped);
    isSlipped = from[i]![isSlipped ? 1 : 0];
  }
  return path.reverse();
}

function logLikelihood(logit: number): number {
  return -Math.log1p(Math.exp(-logit));
}
