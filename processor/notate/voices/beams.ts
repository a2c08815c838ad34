import type { Beam, NoteType } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";
import type { Value } from "./rhythm.ts";
import { type BarShape, beginsHalfBar } from "./sustain.ts";

const FLAGS: Partial<Record<NoteType, number>> = { eighth: 1, "16th": 2, "32nd": 3 };

interface BeamWindow {
  readonly tick: number;
  readonly ticks: number;
}

/**
 * Beams one voice of a bar: by the beat, plain eighths by pairs of beats; rests interrupt.
 *
 * @param beats the beats of the bar, in order
 * @returns the beams of each value
 */
export function writeBeams(values: readonly Value[], beats: readonly BeamWindow[], shape: BarShape): Beam[][] {
  const beams: Beam[][] = values.map(() => []);
  for (const window of windows(values, beats, shape)) {
    let run: number[] = [];
    for (const [index, value] of values.entries()) {
      const inside = value.tick >= window.tick && value.tick < window.tick + window.ticks;
      if (inside && !value.rest && levelsOf(value) > 0) run.push(index);
      else {
        beamRun(values, run, beams);
        run = [];
      }
    }
    beamRun(values, run, beams);
  }
  return beams;
}

function levelsOf(value: Value): number {
  return FLAGS[value.type] ?? 0;
}

/** Two beats are one window where both contain nothing shorter than an eighth. */
function windows(values: readonly Value[], beats: readonly BeamWindow[], shape: BarShape): BeamWindow[] {
  const plain = (beat: BeamWindow) =>
    beat.ticks === QUARTER &&
    values
      .filter((value) => value.tick >= beat.tick && value.tick < beat.tick + beat.ticks)
      .every((value) => value.ticks >= EIGHTH && value.ticks % EIGHTH === 0 && value.tuplet === undefined);
  const joined: BeamWindow[] = [];
  for (let i = 0; i < beats.length; i++) {
    const [here, next] = [beats[i]!, beats[i + 1]];
    if (next && beginsHalfBar(here.tick, shape) && plain(here) && plain(next)) {
      joined.push({ tick: here.tick, ticks: here.ticks + next.ticks });
      i++;
    } else joined.push(here);
  }
  return joined;
}

function beamRun(values: readonly Value[], run: readonly number[], beams: Beam[][]): void {
  if (run.length < 2) return;
  for (const [place, index] of run.entries()) {
    for (let level = 1; level <= levelsOf(values[index]!); level++) {
      const reaches = (neighbour: number | undefined) =>
        neighbour !== undefined &&
        levelsOf(values[neighbour]!) >= level &&
        (level === 1 || sameTuplet(values, index, neighbour));
      const before = reaches(run[place - 1]);
      const after = reaches(run[place + 1]);
      beams[index]!.push(before && after ? "continue" : before ? "end" : after ? "begin" : hook(values, run, place));
    }
  }
}

/** Inner beams break between one triplet and the next. */
function sameTuplet(values: readonly Value[], a: number, b: number): boolean {
  const [early, late] = a < b ? [values[a]!, values[b]!] : [values[b]!, values[a]!];
  return !(early.tuplet?.place === "stop" || late.tuplet?.place === "start");
}

/** The hook of a lone short note points to the note with which it makes up a longer one. */
function hook(values: readonly Value[], run: readonly number[], place: number): Beam {
  if (place === 0) return "forward hook";
  if (place === run.length - 1) return "backward hook";
  const value = values[run[place]!]!;
  return value.tick % (2 * value.ticks) === 0 ? "forward hook" : "backward hook";
}
