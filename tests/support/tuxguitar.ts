import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A measure as TuxGuitar reads it. */
export interface TuxGuitarMeasure {
  readonly meter: string;
  /** quarters per minute */
  readonly tempo: number;
  /** TuxGuitar's constants: straight, eighths, or sixteenths swing */
  readonly feel: "straight" | "eighth" | "16th";
  /** in order of time: quarters from the start of the measure, MIDI key, sign */
  readonly notes: readonly TuxGuitarNote[];
}

export interface TuxGuitarNote {
  readonly quarter: number;
  readonly key: number;
  readonly sign: string;
}

export interface TuxGuitarSong {
  readonly title: string;
  readonly artist: string;
  readonly tracks: number;
  readonly track: string;
  readonly isPercussion: boolean;
  readonly measures: readonly TuxGuitarMeasure[];
}

const READER = fileURLToPath(new URL("./tuxguitar-reader.java", import.meta.url));
/** Debian's packages tuxguitar and libcommons-compress-java. */
const JARS = [
  "/usr/share/tuxguitar/lib/tuxguitar-lib.jar",
  "/usr/share/tuxguitar/plugins/tuxguitar-gpx.jar",
  "/usr/share/java/commons-compress.jar",
];
const TICKS_PER_QUARTER = 960;
const FEELS = { "1": "straight", "2": "eighth", "3": "16th" } as const;

/** @returns why TuxGuitar cannot be asked here, or undefined */
export function whyNoTuxGuitar(): string | undefined {
  const missing = JARS.find((jar) => !existsSync(jar));
  if (missing) return `${missing} is not there (Debian: tuxguitar, libcommons-compress-java)`;
  try {
    execFileSync("javac", ["-version"], { stdio: "ignore" }); // running a source file needs the compiler
    return undefined;
  } catch {
    return "there is no Java compiler (Debian: default-jdk-headless)";
  }
}

/** Opens Guitar Pro files in TuxGuitar, all in one process. */
export async function readWithTuxGuitar(files: ReadonlyMap<string, Uint8Array>): Promise<Map<string, TuxGuitarSong>> {
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-tuxguitar-"));
  try {
    const paths = [...files.keys()].map((name) => join(folder, `${name}.gp`));
    for (const [index, bytes] of [...files.values()].entries()) await writeFile(paths[index]!, bytes);
    const { stdout } = await promisify(execFile)("java", ["-cp", JARS.join(":"), READER, ...paths], {
      maxBuffer: 2 ** 26,
    });
    const songs = stdout.split(/^(?=song\t)/m).map(parseSong);
    return new Map([...files.keys()].map((name, index) => [name, songs[index]!]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parseSong(text: string): TuxGuitarSong {
  const [head, ...measures] = text.split(/^(?=measure\t)/m);
  const [, title, artist, tracks, track, isPercussion] = head!.trimEnd().split("\t") as string[];
  return {
    title: title!,
    artist: artist!,
    tracks: Number(tracks),
    track: track!,
    isPercussion: isPercussion === "true",
    measures: measures.map(parseMeasure),
  };
}

function parseMeasure(text: string): TuxGuitarMeasure {
  const [head, ...notes] = text.trimEnd().split("\n");
  const [, , meter, tempo, feel] = head!.split("\t") as string[];
  return {
    meter: meter!,
    tempo: Number(tempo),
    feel: FEELS[feel as keyof typeof FEELS],
    notes: notes.map((line) => {
      const [, ticks, key, sign] = line.split("\t") as string[];
      return { quarter: Number(ticks) / TICKS_PER_QUARTER, key: Number(key), sign: sign! };
    }),
  };
}
