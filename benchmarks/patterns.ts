/**
 * What the patterns of songs change:
 *
 *   npm run patterns -- FOLDER... [--beats annotated|tracked]
 *
 * FOLDER holds audio/SPLIT/TRACK.* and annotations/TRACK.json, as for `npm run evaluate`. Each recording is notated as it was
 * heard (`--detail full`) and with its patterns. The tables show F of the hits within 50 ms in the five classes, pooled over
 * the tracks of a split, and how many different bars are written, beside the number in the annotations.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Beat, DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { DrumClass } from "@groovesheet/jobs/pieces.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import { medianInterval } from "@groovesheet/processor/numeric/median.ts";
import { track } from "@groovesheet/processor/track/track.ts";
import { type Listened, listenCached } from "./listened.ts";
import { countMatches, differentBars, type Matches, type TimedClass, timedClasses } from "./patterns/compare.ts";

interface Annotation {
  readonly onsets: readonly TimedClass[];
  readonly beats?: readonly { readonly time: number; readonly beat: number }[];
}

interface Row {
  readonly heard: Matches;
  readonly settled: Matches;
  /** different bars, 0 where the annotations have no beats */
  readonly bars: { readonly heard: number; readonly settled: number; readonly played: number };
  readonly milliseconds: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { beats: { type: "string", default: "annotated" } },
});
if (positionals.length === 0 || !["annotated", "tracked"].includes(values.beats)) {
  console.error("usage: npm run patterns -- FOLDER... [--beats annotated|tracked]");
  process.exit(2);
}

const AS_HEARD = notateOptionsSchema.parse({ detail: "full" });
const WITH_PATTERNS = notateOptionsSchema.parse({});
/** One piece of each class, for the bars of the annotations. */
const PIECE_OF = { KD: "kick", SD: "snare", TT: "tomMid", HH: "hihatClosed", CY: "crash" } as const;

const splits = new Map<string, Row[]>();
console.log("| recording | F as heard | F with patterns | different bars as heard | with patterns | played | ms |");
console.log("|---|---|---|---|---|---|---|");
for (const folder of positionals) {
  for (const split of readdirSync(join(folder, "audio")).sort()) {
    for (const file of readdirSync(join(folder, "audio", split)).sort()) {
      const name = file.replace(/\.\w+$/, "");
      const path = join(folder, "annotations", `${name}.json`);
      if (!existsSync(path)) continue;
      const annotation: Annotation = JSON.parse(readFileSync(path, "utf8"));
      const row = await compare(join(folder, "audio", split, file), annotation);
      const title = `${basename(folder)} ${split}`;
      splits.set(title, [...(splits.get(title) ?? []), row]);
      print(`${title} ${name}`, [row]);
    }
  }
}
for (const [title, rows] of splits) print(`**${title}**`, rows);

async function compare(path: string, annotation: Annotation): Promise<Row> {
  const listened = await listenCached(path);
  const { hits, candidates } = listened;
  const performance = { ...blank(await beatsOf(listened, annotation)), hits: [...hits], candidates: [...candidates] };
  const heard = notate(performance, AS_HEARD);
  const start = process.cpuUsage();
  const settled = notate(performance, WITH_PATTERNS);
  const { user, system } = process.cpuUsage(start);
  const hasBeats = (annotation.beats?.length ?? 0) > 0 && values.beats === "annotated";
  const played = annotation.onsets.map(toHit).toSorted((a, b) => a.time - b.time);
  return {
    heard: countMatches(timedClasses(heard), annotation.onsets),
    settled: countMatches(timedClasses(settled), annotation.onsets),
    bars: {
      heard: differentBars(heard),
      settled: differentBars(settled),
      played: hasBeats ? differentBars(notate({ ...performance, hits: played, candidates: [] }, AS_HEARD)) : 0,
    },
    milliseconds: (user + system) / 1000,
  };
}

async function beatsOf(
  listened: Listened,
  { beats = [] }: Annotation,
): Promise<Pick<DrumPerformance, "beats" | "tempo" | "meter">> {
  if (values.beats === "tracked" || beats.length < 8) {
    const tracked = await track(listened, listened.hits);
    return { ...tracked, beats: [...tracked.beats] };
  }
  const counted: Beat[] = beats.map(({ time, beat }) => ({ time, position: beat }));
  const tempo = 60 / medianInterval(counted.map(({ time }) => time));
  return { beats: counted, tempo, meter: `${Math.max(...counted.map(({ position }) => position))}/4` };
}

function blank(beats: Pick<DrumPerformance, "beats" | "tempo" | "meter">): DrumPerformance {
  return { version: 1, duration: 1, hits: [], ...beats, separated: false, model: "", notices: [] };
}

function toHit({ time, class: name }: TimedClass): Hit {
  return { time, piece: PIECE_OF[name as DrumClass], velocity: 0.8, confidence: 1 };
}

function print(title: string, rows: readonly Row[]): void {
  const f = (which: "heard" | "settled") => {
    const sum = (part: keyof Matches) => rows.reduce((total, row) => total + row[which][part], 0);
    return ((2 * sum("matched")) / (sum("written") + sum("annotated"))).toFixed(4);
  };
  const bars = (which: keyof Row["bars"]) => rows.reduce((total, row) => total + row.bars[which], 0) || "-";
  const milliseconds = Math.max(...rows.map((row) => row.milliseconds)).toFixed(0);
  const cells = [title, f("heard"), f("settled"), bars("heard"), bars("settled"), bars("played"), milliseconds];
  console.log(`| ${cells.join(" | ")} |`);
}
