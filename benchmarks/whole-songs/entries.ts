import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type Tracked, track } from "@groovesheet/processor/track/track.ts";
import type { Listened } from "../listened.ts";
import type { SongTruth } from "./songs.ts";

/** beats of a bar of four on which a cut recording begins */
export const ENTRIES = [2, 3, 4] as const;
/** seconds before its first beat at which a recording is cut */
const LEAD = 0.05;
/** seconds: tolerance for beats */
const NEAR = 0.07;

/** For each of `ENTRIES` whether the bars of the recording, cut to enter on that beat of its second bar, are turned. */
export async function turnedEntries(listened: Listened, { beats }: SongTruth): Promise<boolean[]> {
  const second = beats.findIndex(({ position }, index) => position === 1 && index > 0);
  const turned: boolean[] = [];
  for (const entry of ENTRIES) {
    const from = beats[second + entry - 1]!.time - LEAD;
    const cut = cutAt(listened, from);
    turned.push(
      isTurned(
        await track(cut, cut.hits),
        beats.map((beat) => ({ ...beat, time: beat.time - from })),
      ),
    );
  }
  return turned;
}

/** The output of the listener from a time on. The listener looks at a second or two, so a cut recording sounds alike to it. */
function cutAt({ fps, beat, downbeat, hits, candidates, spectrum }: Listened, seconds: number): Listened {
  const frames = Math.round(seconds * fps);
  const later = (list: readonly Hit[]) =>
    list.filter(({ time }) => time >= seconds).map((hit) => ({ ...hit, time: hit.time - seconds }));
  return {
    fps,
    beat: beat.slice(frames),
    downbeat: downbeat.slice(frames),
    hits: later(hits),
    candidates: later(candidates),
    spectrum: { ...spectrum, values: spectrum.values.slice(Math.round(seconds * spectrum.fps) * spectrum.bands) },
  };
}

/** Whether most answered downbeats that are on a beat are on another one than the first. */
function isTurned(answer: Tracked, beats: SongTruth["beats"]): boolean {
  const positions = answer.beats
    .filter(({ position }) => position === 1)
    .flatMap(({ time }) => beats.find((beat) => Math.abs(beat.time - time) < NEAR)?.position ?? []);
  return 2 * positions.filter((position) => position === 1).length < positions.length || positions.length === 0;
}

/** Whether a song is in four throughout, with enough bars for the test. */
export function hasEntries({ beats }: SongTruth): boolean {
  const isInFour = beats.every(({ position }, i) => i === 0 || position === (beats[i - 1]!.position % 4) + 1);
  return isInFour && beats.length >= 20;
}
