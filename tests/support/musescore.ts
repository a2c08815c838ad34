import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const programs = ["mscore3", "musescore3", "mscore"];

/** @returns the command of MuseScore 3, or undefined where it is not installed */
export async function findMuseScore(): Promise<string | undefined> {
  for (const program of programs) {
    const found = await run("which", [program]).catch(() => undefined);
    if (found) return found.stdout.trim();
  }
  return undefined;
}

export interface Converted {
  readonly midi: Uint8Array;
  readonly pdf: Uint8Array;
}

/** Lines that MuseScore 3.2 prints even for its own files. */
const chatter = [
  /^convert </,
  /^\s+to </,
  /^\.\.\. success!$/,
  /XDG_RUNTIME_DIR/,
  /^instr '[\w-]*', tick .* element already exists$/,
  /^$/,
];

/**
 * Converts documents to MIDI and PDF in one run of MuseScore.
 * @returns the files by name, and MuseScore's complaints about the documents
 */
export async function convert(
  program: string,
  documents: ReadonlyMap<string, string>,
): Promise<{ files: Map<string, Converted>; complaints: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-musescore-"));
  try {
    const at = (name: string, suffix: string) => join(folder, `${name}.${suffix}`);
    for (const [name, xml] of documents) await writeFile(at(name, "musicxml"), xml);
    const job = [...documents.keys()].map((name) => ({
      in: at(name, "musicxml"),
      out: [at(name, "mid"), at(name, "pdf")],
    }));
    await writeFile(join(folder, "job.json"), JSON.stringify(job));
    const { stdout, stderr } = await run(program, ["-j", join(folder, "job.json")], {
      env: { ...process.env, QT_QPA_PLATFORM: "offscreen", HOME: folder },
      maxBuffer: 2 ** 26,
      timeout: 300_000,
    });
    const complaints = `${stdout}\n${stderr}`.split("\n").filter((line) => !chatter.some((known) => known.test(line)));
    const files = new Map<string, Converted>();
    for (const name of documents.keys()) {
      files.set(name, { midi: await readFile(at(name, "mid")), pdf: await readFile(at(name, "pdf")) });
    }
    return { files, complaints };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
