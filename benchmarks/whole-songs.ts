/**
 * Measures whole songs: tempo level, bars, changes of meter and tempo, and what stands on the pages:
 *
 *   npm run whole-songs -- FOLDER ... [--pages] [--entries] [--json FILE]
 *
 * FOLDER has songs in a layout of whole-songs/songs.ts. The output of the listener is cached, so a second run takes seconds.
 * --pages engraves the scores, too, which takes longer, and prints the number of pages. --entries cuts songs in four so that
 * they enter on beats 2, 3 and 4 of a bar, and prints how many then have turned bars; nothing is notated.
 */
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { engravePages } from "@groovesheet/processor/engrave/engrave.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import { type Tracked, track } from "@groovesheet/processor/track/track.ts";
import { type Listened, listenCached } from "./listened.ts";
import { ENTRIES, hasEntries, turnedEntries } from "./whole-songs/entries.ts";
import { judge, type Verdict } from "./whole-songs/judge.ts";
import { readSongs, type Song } from "./whole-songs/songs.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: "boolean", default: false },
    entries: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
if (positionals.length === 0) {
  console.error("usage: npm run whole-songs -- FOLDER ... [--pages] [--entries] [--json FILE]");
  process.exit(2);
}

interface Row extends Verdict {
  readonly name: string;
  readonly pages?: number;
  readonly seconds: number;
}

const all: Row[] = [];
for (const folder of positionals) {
  console.log(`\n## ${basename(folder)}\n`);
  if (values.entries) await testEntries(folder);
  else all.push(...(await testSongs(folder)));
}
if (values.json) writeFileSync(values.json, JSON.stringify(all));

async function testSongs(folder: string): Promise<Row[]> {
  console.log(
    "| song | tempo | meter | bars F | meter changes | tempo changes | tempo spread | bars | distinct | symbols | pages |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|");
  const rows: Row[] = [];
  for (const song of readSongs(folder)) {
    const listened = await hear(song);
    if (!listened) continue;
    const row = await testSong(song, listened);
    console.log(describe(row));
    rows.push(row);
  }
  console.log(summary(rows));
  return rows;
}

async function testSong({ name, truth }: Song, listened: Listened): Promise<Row> {
  const start = performance.now();
  const tracked = await track(listened, listened.hits);
  const seconds = (performance.now() - start) / 1000;
  const score = notate(asPerformance(listened, tracked), notateOptionsSchema.parse({ title: name }));
  const pages = values.pages ? { pages: (await engravePages(score)).length } : {};
  return { name, seconds, ...judge(tracked, score, truth), ...pages };
}

function asPerformance({ hits, candidates, beat, fps }: Listened, { beats, tempo, meter }: Tracked) {
  const rest = { version: 1, separated: false, model: "", notices: [] } as const;
  const heard = { duration: beat.length / fps, hits: [...hits], candidates: [...candidates] };
  return { ...rest, notices: [], ...heard, beats: [...beats], tempo, meter };
}

async function testEntries(folder: string): Promise<void> {
  const turned = ENTRIES.map(() => 0);
  let songs = 0;
  for (const song of readSongs(folder)) {
    const listened = song.truth && hasEntries(song.truth) ? await hear(song) : undefined;
    if (!listened) continue;
    songs++;
    const results = await turnedEntries(listened, song.truth!);
    for (const [i, isTurned] of results.entries()) turned[i]! += Number(isTurned);
    if (results.includes(true))
      console.log(`${song.name}: turned from beat ${ENTRIES.filter((_, i) => results[i]).join(", ")}`);
  }
  const total = turned.reduce((a, b) => a + b, 0);
  console.log("\n| recordings | from beat 2 | from beat 3 | from beat 4 | turned |\n|---|---|---|---|---|");
  console.log(`| ${songs} | ${turned.join(" | ")} | ${percent(total, ENTRIES.length * songs)} |`);
}

async function hear({ name, path }: Song): Promise<Listened | undefined> {
  try {
    return await listenCached(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.log(`| ${name}: ${error.code} |`);
    return undefined;
  }
}

function describe(row: Row): string {
  const truth = row.trueTempo === undefined ? "" : ` for ${row.trueTempo.toFixed(0)}${row.tempoRight ? "" : " !"}`;
  const played = row.distinctPlayed === undefined ? "" : ` of ${row.distinctPlayed}`;
  const cells = [
    row.name,
    `${row.tempo.toFixed(1)}${truth}`,
    row.meter,
    row.barsF === undefined ? "" : `${row.barsF.toFixed(2)}${row.barsRight ? "" : " !"}`,
    row.meterChanges,
    row.tempoChanges,
    `${(100 * row.tempoSpread).toFixed(0)} %`,
    row.bars,
    `${row.distinctWritten}${played}`,
    row.symbols.toFixed(1),
    row.pages ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function summary(rows: readonly Row[]): string {
  const known = rows.filter((row) => row.trueTempo !== undefined);
  const constant = rows.filter(({ isConstant }) => isConstant);
  const sum = (of: readonly Row[], value: (row: Row) => number) => of.reduce((total, row) => total + value(row), 0);
  const both = known.filter((row) => row.tempoRight && row.barsRight);
  const counted = rows.filter(({ distinctPlayed }) => distinctPlayed !== undefined);
  const cells = [
    rows.length,
    percent(known.filter((row) => row.tempoRight).length, known.length),
    percent(known.filter((row) => row.barsRight).length, known.length),
    percent(both.length, known.length),
    `${constant.filter((row) => row.meterChanges > 0).length} of ${constant.length}`,
    `${constant.filter((row) => row.tempoChanges > 0).length} of ${constant.length}`,
    `${sum(rows, (row) => row.meterChanges)}`,
    `${sum(rows, (row) => row.tempoChanges)}`,
    `${sum(counted, (row) => row.distinctWritten)} of ${sum(counted, (row) => row.distinctPlayed!)}`,
    (sum(rows, (row) => row.symbols * row.bars) / sum(rows, (row) => row.bars)).toFixed(1),
    values.pages ? sum(rows, (row) => row.pages!) : "-",
    `${Math.max(...rows.map((row) => row.seconds)).toFixed(2)} s`,
  ];
  return `
| songs | tempo level right | bars right | both | songs with false meter changes | songs with false tempo changes | meter changes | tempo changes | distinct bars | symbols a bar | pages | slowest tracking |
|---|---|---|---|---|---|---|---|---|---|---|---|
| ${cells.join(" | ")} |`;
}

function percent(part: number, of: number): string {
  return of === 0 ? "-" : `${((100 * part) / of).toFixed(0)} % of ${of}`;
}
