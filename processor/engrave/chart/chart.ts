import { strToU8, zipSync } from "fflate";
import type { Score } from "../../score.ts";
import { printable } from "../text.ts";
import { chartClock } from "./chart-clock.ts";
import { chordsOf } from "./chords.ts";
import type { Chord } from "./difficulties.ts";
import { toNotesMid } from "./notes.ts";

/** A fixed date, the earliest that ZIP allows: the same score always gives the same file. */
const mtime = new Date(1980, 0, 1);

/** The hits of the hands and the kick in a second, averaged over the song, at which each difficulty from 1 to 6 begins. */
const DENSITIES = [2, 3, 4.5, 6, 8, 10];

/**
 * A chart for Clone Hero, YARG and other players of Rock Band's format: a folder with the notes for drums with cymbals in four
 * difficulties, what the song is called, and the recording, in a ZIP archive.
 *
 * @param encode makes the sound from the recording: Ogg Vorbis, after as many seconds of silence
 */
export async function toChart(score: Score, encode: (silence: number) => Promise<Uint8Array>): Promise<Uint8Array> {
  const clock = chartClock(score.measures);
  const chords = chordsOf(score, clock);
  const folder = [score.artist, score.title]
    .filter(Boolean)
    .map((part) => fileName(part!))
    .join(" - ");
  const files = {
    "notes.mid": toNotesMid(score, chords, clock),
    "song.ini": strToU8(songIni(score, chords)),
    "song.ogg": await encode(clock.silence),
  };
  const entries = Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes] as const);
  return zipSync(Object.fromEntries(entries), { mtime, level: 6 });
}

function songIni({ title, artist }: Score, chords: readonly Chord[]): string {
  const line = (text: string) => printable(text).replace(/\s+/g, " ").trim();
  const values = {
    name: line(title),
    ...(artist !== undefined && { artist: line(artist) }),
    charter: "GrooveSheet",
    pro_drums: "True",
    diff_drums: difficulty(chords),
    diff_drums_real: difficulty(chords),
    loading_phrase: "Transcribed by GrooveSheet",
  };
  return `[song]\n${Object.entries(values)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join("")}`;
}

/** 0, the easiest, to 6 */
function difficulty(chords: readonly Chord[]): number {
  if (chords.length < 2) return 0;
  const hits = chords.reduce((sum, chord) => sum + chord.hits.length, 0);
  const density = hits / (chords.at(-1)!.time - chords[0]!.time);
  return DENSITIES.filter((least) => density >= least).length;
}

function fileName(text: string): string {
  return (
    printable(text)
      .replace(/[\p{C}/\\:*?"<>|]/gu, " ")
      .replace(/\s+/g, " ")
      .replace(/[. ]+$/, "")
      .trim()
      .slice(0, 80) || "Song"
  );
}
