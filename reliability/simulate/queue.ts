/** One song: its arrival time and how long it occupies a processor, seconds. */
export interface Song {
  readonly arrives: number;
  readonly work: number;
}

export interface Outcome {
  /** seconds that each song waited, sorted */
  readonly waits: readonly number[];
  /** largest number of songs that waited at once */
  readonly longest: number;
  /** fraction of the time that processors were busy, 0..1 */
  readonly busy: number;
}

/**
 * Simulates a first-come, first-served queue for processors that take one song at a time. The bot's queue lets people take
 * turns, which changes who waits but not the total waiting time.
 *
 * @param songs in order of arrival
 */
export function serve(songs: readonly Song[], processors: number): Outcome {
  const freeAt = new Array<number>(processors).fill(0);
  const starts: number[] = [];
  let worked = 0;
  for (const { arrives, work } of songs) {
    const next = freeAt.indexOf(Math.min(...freeAt));
    const start = Math.max(arrives, freeAt[next]!);
    freeAt[next] = start + work;
    starts.push(start);
    worked += work;
  }
  return {
    waits: songs.map(({ arrives }, index) => starts[index]! - arrives).toSorted((a, b) => a - b),
    longest: longestQueue(songs, starts),
    busy: worked / (processors * Math.max(...freeAt)),
  };
}

/** Songs start in order of arrival, so both lists are sorted. */
function longestQueue(songs: readonly Song[], starts: readonly number[]): number {
  let started = 0;
  let longest = 0;
  songs.forEach(({ arrives }, index) => {
    while (started <= index && starts[started]! <= arrives) started++;
    longest = Math.max(longest, index + 1 - started);
  });
  return longest;
}

/** @returns a quantile of sorted values */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
