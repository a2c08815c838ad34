import { parseMidi } from "midi-file";

export interface Strike {
  /** quarters from the start of the file */
  readonly quarter: number;
  /** from the start of the file */
  readonly seconds: number;
  readonly key: number;
  readonly velocity: number;
}

/** @returns what a MIDI file strikes, in order, with the time that its tempo map gives */
export function strikesIn(bytes: Uint8Array): Strike[] {
  const { header, tracks } = parseMidi(bytes);
  const perQuarter = header.ticksPerBeat!;
  const all = tracks.flatMap((track) => {
    let tick = 0;
    return track.map((event) => {
      tick += event.deltaTime;
      return { tick, event };
    });
  });
  const strikes: Strike[] = [];
  let seconds = 0;
  let last = 0;
  let tempo = 500_000;
  const order = (type: string) => (type === "setTempo" ? 0 : 1);
  for (const { tick, event } of all.toSorted((a, b) => a.tick - b.tick || order(a.event.type) - order(b.event.type))) {
    seconds += (((tick - last) / perQuarter) * tempo) / 1e6;
    last = tick;
    if (event.type === "setTempo") tempo = event.microsecondsPerBeat;
    if (event.type === "noteOn" && event.velocity > 0) {
      strikes.push({ quarter: tick / perQuarter, seconds, key: event.noteNumber, velocity: event.velocity });
    }
  }
  return strikes;
}

/** @returns the onsets as text, in order of time and key: for comparison between programs */
export function onsetsIn(bytes: Uint8Array): string[] {
  return strikesIn(bytes)
    .toSorted((a, b) => a.quarter - b.quarter || a.key - b.key)
    .map(({ quarter, key }) => `${key} at ${quarter.toFixed(4)}`);
}
