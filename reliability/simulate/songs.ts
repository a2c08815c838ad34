import type { Song } from "./queue.ts";

export interface Workload {
  readonly songsPerHour: number;
  readonly hours: number;
  /** fixed time for every song, seconds */
  readonly fixed: number;
  /** seconds of music per second of work beyond the fixed time */
  readonly speed: number;
}

/** Median length in seconds, and standard deviation of its logarithm: two thirds of all songs last from 2:28 to 4:58. */
const MEDIAN = 210;
const SPREAD = 0.35;
const SHORTEST = 20;
const LONGEST = 1200;

/**
 * Songs that arrive independently of one another (exponential gaps) with realistic durations (log-normal).
 *
 * @param random numbers from 0 to 1
 */
export function makeSongs({ songsPerHour, hours, fixed, speed }: Workload, random: () => number): Song[] {
  const songs: Song[] = [];
  for (let arrives = gap(); arrives < hours * 3600; arrives += gap()) {
    songs.push({ arrives, work: fixed + duration() / speed });
  }
  return songs;

  function gap(): number {
    return (-Math.log(1 - random()) * 3600) / songsPerHour;
  }
  function duration(): number {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()); // Box-Muller transform
    return Math.min(LONGEST, Math.max(SHORTEST, MEDIAN * Math.exp(SPREAD * normal)));
  }
}
