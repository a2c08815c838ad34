import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Beat } from "@groovesheet/jobs/performance.ts";
import { parseMidi } from "midi-file";

/** What is known of a song. */
export interface SongTruth {
  /** in order of time */
  readonly beats: readonly Beat[];
  /** all hits of the drums by class of the field (KD, SD, TT, HH, CY), in order of time; absent where they are not known */
  readonly onsets?: readonly { readonly time: number; readonly class: string }[];
}

export interface Song {
  readonly name: string;
  /** a file that FFmpeg reads */
  readonly path: string;
  /** absent where nothing is known */
  readonly truth?: SongTruth;
}

const AUDIO = /\.(flac|ogg|mp3|wav)$/;
const MIXES = new URL("../../.cache/whole-songs/", import.meta.url).pathname;

/**
 * Reads the songs of a folder in one of four layouts:
 *
 * - audio/SPLIT/NAME.flac and annotations/NAME.json, as ../shared/eval has them;
 * - NAME/song.ogg, guitar.ogg and notes.mid, as Frets on Fire has them: its songs begin with a bar at 0 s and keep their tempo;
 * - NAME.flac and NAME.json, as models/training/evaluation/perform.py writes them;
 * - sound files alone.
 *
 * @throws Error where the folder has no song
 */
export function readSongs(folder: string): Song[] {
  const songs = existsSync(join(folder, "annotations"))
    ? readAnnotated(folder)
    : [...readGames(folder), ...readFlat(folder)];
  if (songs.length === 0) throw new Error(`there are no songs in ${folder}`);
  return songs;
}

function readAnnotated(folder: string): Song[] {
  return sorted(join(folder, "audio")).flatMap((split) =>
    sorted(join(folder, "audio", split)).map((file) => {
      const track = file.replace(AUDIO, "");
      const { beats, onsets } = JSON.parse(readFileSync(join(folder, "annotations", `${track}.json`), "utf8"));
      const counted = beats.map(({ time, beat }: { time: number; beat: number }) => ({ time, position: beat }));
      const truth = { beats: counted, onsets };
      return {
        name: `${track} (${split})`,
        path: join(folder, "audio", split, file),
        ...(beats.length > 0 && { truth }),
      };
    }),
  );
}

function readFlat(folder: string): Song[] {
  return sorted(folder)
    .filter((file) => AUDIO.test(file))
    .map((file) => {
      const json = join(folder, file.replace(AUDIO, ".json"));
      const truth = existsSync(json) ? { truth: JSON.parse(readFileSync(json, "utf8")) as SongTruth } : {};
      return { name: file.replace(AUDIO, ""), path: join(folder, file), ...truth };
    });
}

function readGames(folder: string): Song[] {
  return sorted(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, "notes.mid")))
    .map((path) => ({ name: basename(path), path: mixOf(path), truth: { beats: beatsOf(join(path, "notes.mid")) } }));
}

/** The sum of the game's stems. */
function mixOf(folder: string): string {
  const mix = join(MIXES, `${basename(folder)}.flac`);
  if (existsSync(mix)) return mix;
  mkdirSync(MIXES, { recursive: true });
  const stems = ["song.ogg", "guitar.ogg"].flatMap((name) => ["-i", join(folder, name)]);
  const sum = "amix=inputs=2:duration=longest:normalize=0,volume=0.5";
  const { status } = spawnSync("ffmpeg", ["-v", "error", ...stems, "-filter_complex", sum, mix], { stdio: "inherit" });
  if (status !== 0) throw new Error(`ffmpeg could not mix ${folder}`);
  return mix;
}

/** Beats in 4/4 at the one tempo of a MIDI file, as long as it lasts. */
function beatsOf(midi: string): Beat[] {
  const { header, tracks } = parseMidi(readFileSync(midi));
  const events = tracks.flat();
  const beat = events.find((event) => event.type === "setTempo")!.microsecondsPerBeat / 1e6;
  const ticks = Math.max(...tracks.map((track) => track.reduce((sum, event) => sum + event.deltaTime, 0)));
  const count = Math.floor(ticks / header.ticksPerBeat!) + 1;
  return Array.from({ length: count }, (_, index) => ({ time: index * beat, position: (index % 4) + 1 }));
}

function sorted(folder: string): string[] {
  return readdirSync(folder).toSorted();
}
