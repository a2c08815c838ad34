import type { Hit } from "@groovesheet/jobs/performance.ts";
import { classifyBeats } from "../counter.ts";
import type { Observations } from "../observations.ts";
import { type ClassifiedBeats, resample } from "./tempo-level.ts";

/** Weight of each logit, because those of neighbouring beats are correlated. */
const INDEPENDENCE = 0.25;
/** Natural logarithm: the cost of a change between the beats and the places between them. */
const PHASE_CHANGE = -6;
/** frames around a false beat in which it is muted */
const REACH = 5;
/** factor for the activation of a false beat, and least activation of the true one */
const [MUTED, VOICED] = [0.05, 0.4];

/**
 * Finds half-beat phase errors: where off-beats are loud, the pulse may move to them in the middle of a song and stay
 * there. The counter recognises the off-beats.
 *
 * @returns the beat activation with the false beats muted, to be tracked again; undefined where there is no phase error
 */
export async function muteFalseBeats(
  { times, level }: ClassifiedBeats,
  observed: Observations,
  hits: readonly Hit[],
): Promise<Float32Array | undefined> {
  const others = resample(times, 1, 1 / 2);
  if (others.length < 2 || hits.length === 0) return undefined;
  const { level: otherLevel } = await classifyBeats(others, hits);
  const offBeat = followPhase(level.slice(0, others.length), otherLevel);
  if (!offBeat.includes(true) || !offBeat.includes(false)) return undefined;
  const beat = observed.beat.slice();
  for (const [i, isOffBeat] of offBeat.entries()) {
    if (!isOffBeat) continue;
    const wrong = Math.round(times[i]! * observed.fps);
    for (let n = Math.max(0, wrong - REACH); n <= Math.min(beat.length - 1, wrong + REACH); n++) beat[n]! *= MUTED;
    const right = Math.round(others[i]! * observed.fps);
    for (let n = right - 1; n <= Math.min(beat.length - 1, right + 1); n++) beat[n] = Math.max(beat[n]!, VOICED);
  }
  return beat;
}

/** For each beat whether the place after it, rather than itself, is a beat: the best path with few changes. */
function followPhase(level: readonly number[], otherLevel: readonly number[]): boolean[] {
  let [stayed, offBeat] = [0, 0];
  const from: (readonly [boolean, boolean])[] = [];
  for (const [i, logit] of level.entries()) {
    const changes = [offBeat + PHASE_CHANGE > stayed, stayed + PHASE_CHANGE > offBeat] as const;
    from.push([changes[0], !changes[1]]);
    const before = [Math.max(stayed, offBeat + PHASE_CHANGE), Math.max(offBeat, stayed + PHASE_CHANGE)] as const;
    stayed = before[0] + INDEPENDENCE * logLikelihood(logit);
    offBeat = before[1] + INDEPENDENCE * logLikelihood(otherLevel[i]!);
  }
  const path: boolean[] = [];
  let isOffBeat = offBeat > stayed;
  for (let i = level.length - 1; i >= 0; i--) {
    path.push(isOffBeat);
    isOffBeat = from[i]![isOffBeat ? 1 : 0];
  }
  return path.reverse();
}

function logLikelihood(logit: number): number {
  return -Math.log1p(Math.exp(-logit));
}
