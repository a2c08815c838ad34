import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Beat, DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { parseMidi } from "midi-file";

/** A drummer's performance to a click: what was played, and when the click was heard. */
export interface Groove {
  /** as in `drummer1/session2/13` */
  readonly id: string;
  /** as in `4/4` */
  readonly meter: string;
  /** seconds from one quarter of the click to the next; the click begins at 0 */
  readonly quarter: number;
  /** quarters in a bar */
  readonly barQuarters: number;
  readonly isFill: boolean;
  readonly hits: readonly Hit[];
}

/** Keys of the electronic kit (Roland TD-11) of the Groove MIDI Dataset. */
const PIECE_OF: Readonly<Record<number, Piece>> = {
  ...keys("kick", 35, 36),
  ...keys("sideStick", 37),
  ...keys("snare", 38),
  ...keys("rimshot", 40),
  ...keys("clap", 39),
  ...keys("hihatClosed", 22, 42),
  ...keys("hihatOpen", 26, 46),
  ...keys("hihatPedal", 44),
  ...keys("tomHigh", 48, 50),
  ...keys("tomMid", 45, 47),
  ...keys("tomFloor", 43, 58),
  ...keys("crash", 49, 52, 55, 57),
  ...keys("ride", 51, 59),
  ...keys("rideBell", 53),
  ...keys("tambourine", 54),
  ...keys("cowbell", 56),
};
/** MIDI velocity; softer hits are crosstalk between the pads. */
const SOFTEST = 8;

function keys(piece: Piece, ...numbers: number[]): Record<number, Piece> {
  return Object.fromEntries(numbers.map((key) => [key, piece]));
}

/**
 * Reads one split of the Groove MIDI Dataset (https://magenta.tensorflow.org/datasets/groove).
 *
 * @param folder with info.csv and the files listed there
 * @throws Error where there is no info.csv
 */
export function readGrooves(folder: string, split: "train" | "validation"): Groove[] {
  const table = join(folder, "info.csv");
  if (!existsSync(table)) throw new Error(`there is no ${table}`);
  const [head, ...lines] = readFileSync(table, "utf8").trim().split(/\r?\n/);
  const names = head!.split(",");
  return lines
    .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index]!, cell])))
    .filter((row) => row.split === split)
    .map((row) => readGroove(folder, row))
    .filter((groove) => groove.hits.length > 0);
}

function readGroove(folder: string, row: Record<string, string>): Groove {
  const [beats, beatType] = row.time_signature!.split("-").map(Number);
  const quarter = 60 / Number(row.bpm);
  return {
    id: row.id!,
    meter: `${beats}/${beatType}`,
    quarter,
    barQuarters: (4 * beats!) / beatType!,
    isFill: row.beat_type === "fill",
    hits: readHits(readFileSync(join(folder, row.midi_filename!)), quarter),
  };
}

/** The files hold one tempo, the click's. */
function readHits(bytes: Uint8Array, quarter: number): Hit[] {
  const { header, tracks } = parseMidi(bytes);
  return tracks
    .flatMap((track) => {
      let tick = 0;
      return track.flatMap((event) => {
        tick += event.deltaTime;
        if (event.type !== "noteOn" || event.velocity < SOFTEST) return [];
        const piece = PIECE_OF[event.noteNumber];
        const time = (tick / header.ticksPerBeat!) * quarter;
        return piece ? [{ time, piece, velocity: event.velocity / 127, confidence: 1 }] : [];
      });
    })
    .toSorted((a, b) => a.time - b.time);
}

/** @returns the performance of a perfect transcription of the groove */
export function toPerformance(groove: Groove, hits: readonly Hit[] = groove.hits): DrumPerformance {
  const { meter, quarter, barQuarters, id } = groove;
  const [count, beatType] = meter.split("/").map(Number);
  const perBar = beatType === 8 && count! % 3 === 0 ? count! / 3 : count!;
  const beat = (barQuarters * quarter) / perBar;
  const last = groove.hits.at(-1)!.time;
  const beats: Beat[] = Array.from({ length: perBar * Math.ceil((last + beat) / (beat * perBar)) + 1 }, (_, index) => ({
    time: index * beat,
    position: (index % perBar) + 1,
  }));
  return {
    version: 1,
    title: id,
    duration: beats.at(-1)!.time,
    hits: [...hits],
    beats,
    tempo: 60 / beat,
    meter,
    separated: false,
    model: "known",
    notices: [],
  };
}
