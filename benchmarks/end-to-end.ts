/**
 * Measures the whole pipeline on performances whose meter, beats and notes are known:
 *
 *   npm run end-to-end -- FOLDER ... [--all] [--parts] [--know beats|hits] [--json FILE]
 *
 * FOLDER has NAME.flac and NAME.json as models/training/evaluation/perform.py writes them. The output of the listener is
 * cached, so a second run takes seconds. Recordings shorter than 8 seconds or four bars are skipped: fills and single bars
 * have no meter of their own. --all lists every recording, not only the wrong ones; --parts shows where notes are lost, by
 * part of the kit; --know takes the true beats, or the true hits, in place of those found.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { track } from "@groovesheet/processor/track/track.ts";
import { judge, type Truth, type Verdict } from "./end-to-end/judge.ts";
import { type FollowedHit, followHits } from "./end-to-end/notes.ts";
import { lostByPart, percent } from "./end-to-end/parts.ts";
import { listenCached } from "./listened.ts";

const SHORTEST = { seconds: 8, bars: 4 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: "boolean", default: false },
    parts: { type: "boolean", default: false },
    know: { type: "string" },
    json: { type: "string" },
  },
});
if (positionals.length === 0) {
  console.error("usage: npm run end-to-end -- FOLDER ... [--all] [--parts] [--know beats|hits] [--json FILE]");
  process.exit(2);
}

interface Row extends Verdict {
  readonly name: string;
  readonly truth: Truth;
  readonly answer: Awaited<ReturnType<typeof track>>;
  readonly followed: readonly FollowedHit[];
}

const rows: Row[] = [];
for (const folder of positionals) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".flac"))) {
    const name = basename(file, ".flac");
    const truth = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Truth;
    if (!isLongEnough(truth)) continue;
    const heard = await listenCached(join(folder, file));
    const hits = values.know === "hits" ? truth.hits.map((hit) => ({ ...hit, confidence: 1 })) : heard.hits;
    const answer = values.know === "beats" ? { ...truth, tempo: truth.bpm } : await track(heard, hits);
    rows.push({ name, truth, answer, followed: followHits(truth, answer, hits), ...judge(truth, answer) });
  }
}
for (const row of rows) if (values.all || !(row.meter && row.octave && row.downbeat)) console.log(describe(row));
console.log(summary(rows));
console.log(confusion(rows));
if (values.parts) console.log(lostByPart(rows.flatMap((row) => row.followed)));
if (values.json) writeFileSync(values.json, JSON.stringify(rows));

function isLongEnough({ beats }: Truth): boolean {
  const bars = beats.filter((beat) => beat.position === 1).length;
  return bars >= SHORTEST.bars && beats.at(-1)!.time - beats[0]!.time >= SHORTEST.seconds;
}

function describe({ name, truth, answer, octave, beatF, downbeatF }: Row): string {
  const tempo = `${answer.tempo.toFixed(0)} for ${truth.bpm.toFixed(0)} BPM${octave ? "" : " !"}`;
  const meter = answer.meter === truth.meter ? truth.meter : `${answer.meter} for ${truth.meter} !`;
  return `${name}: ${tempo}, ${meter}, beats ${beatF.toFixed(2)}, downbeats ${downbeatF.toFixed(2)}`;
}

function summary(rows: readonly Row[]): string {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const mean = (of: (row: Row) => number) => sum(of) / rows.length;
  const share = (of: (row: Row) => boolean) => `${(100 * mean((row) => Number(of(row)))).toFixed(1)} %`;
  const followed = rows.flatMap((row) => row.followed);
  const notes = followed.length > 0 ? percent(followed, ({ right }) => right) : "-";
  return `
| recordings | meter right | tempo octave right | bars right | beat F | downbeat F | notes right |
|---|---|---|---|---|---|---|
| ${rows.length} | ${share((row) => row.meter)} | ${share((row) => row.octave)} | ${share((row) => row.downbeat)} | ${mean((row) => row.beatF).toFixed(3)} | ${mean((row) => row.downbeatF).toFixed(3)} | ${notes} |`;
}

/** Confusion matrix of the meters. */
function confusion(rows: readonly Row[]): string {
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  const found = sorted(rows.map((row) => row.answer.meter));
  const lines = sorted(rows.map((row) => row.truth.meter)).map((meter) => {
    const of = rows.filter((row) => row.truth.meter === meter);
    return `| ${meter} | ${found.map((name) => of.filter((row) => row.answer.meter === name).length || "").join(" | ")} |`;
  });
  return `\n| played \\ found | ${found.join(" | ")} |\n|---|${found.map(() => "---|").join("")}\n${lines.join("\n")}`;
}
