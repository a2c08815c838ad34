/**
 * Compares the notation of human playing with what the players meant:
 *
 *   npm run roundtrip -- FOLDER [--split validation|train] [--schema] [--musescore N] [--learn]
 *
 * FOLDER is the Groove MIDI Dataset. The hits of each performance and its click are notated, and the place of every hit is
 * compared with the player's intention (docs/rhythm.md). `--schema` checks the bars of all scores and validates them
 * against the MusicXML schema, `--musescore N` opens N of them, spread over the corpus, in MuseScore.
 * `--learn` prints the contents of processor/notate/quantise/priors.ts instead: learn from the training split.
 */
import { parseArgs } from "node:util";
import { notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance } from "@groovesheet/jobs/performance.ts";
import { toMusicXml } from "@groovesheet/processor/engrave/musicxml/musicxml.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { checkScores } from "./evaluate/soundness.ts";
import { type Comparison, compare, increment } from "./roundtrip/compare.ts";
import { type Groove, readGrooves, toPerformance } from "./roundtrip/corpus.ts";
import { findIntentions } from "./roundtrip/intention.ts";
import { printPriors } from "./roundtrip/learn.ts";
import { countLiteral, type Literal } from "./roundtrip/literal.ts";
import { knowing, plainly } from "./roundtrip/quantisers.ts";
import { perBar, type Symbols, symbolsIn } from "./roundtrip/symbols.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    split: { type: "string", default: "validation" },
    schema: { type: "boolean", default: false },
    musescore: { type: "string", default: "0" },
    learn: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
const split = (["train", "validation"] as const).find((name) => name === values.split);
if (!folder || !split || !/^\d+$/.test(values.musescore)) {
  console.error("usage: npm run roundtrip -- FOLDER [--split validation|train] [--schema] [--musescore N] [--learn]");
  process.exit(2);
}

const options = notateOptionsSchema.parse({});
const grooves = readGrooves(folder, split).map((groove) => ({ groove, intentions: findIntentions(groove) }));
if (values.learn) {
  printPriors(grooves.map(({ intentions }) => intentions));
  process.exit();
}
const trips = grooves.map(({ groove, intentions }) => {
  const performance = toPerformance(groove);
  const score = notate(performance, options);
  return {
    groove,
    performance,
    score,
    plain: notate(performance, options, plainly),
    meant: notate(performance, options, knowing(groove, intentions)),
    comparison: compare(score, intentions, groove.quarter),
    literal: countLiteral(score, intentions, groove.quarter),
  };
});

reportPlaces();
reportSymbols();
if (values.schema || values.musescore !== "0") {
  const scores = new Map(trips.map((trip) => [trip.groove.id.replaceAll("/", "-"), asTranscription(trip)]));
  if ((await checkScores(scores, Number(values.musescore))) > 0) process.exitCode = 1;
}

function reportPlaces(): void {
  const sum = { hits: 0, right: 0 };
  const wrong = new Map<string, number>();
  const dropped = new Map<string, number>();
  for (const { comparison } of trips) {
    sum.hits += comparison.hits;
    sum.right += comparison.right;
    for (const [what, times] of comparison.wrong) increment(wrong, what, times);
    for (const [reason, times] of comparison.dropped) increment(dropped, reason, times);
  }
  console.log(
    `${trips.length} performances, ${sum.hits} hits: ${percent(sum.right, sum.hits)} exactly where they were meant`,
  );
  reportLiteral();
  console.log("\nThe ten performances with the largest part misplaced:");
  const worst = trips.toSorted((a, b) => part(a.comparison) - part(b.comparison)).slice(0, 10);
  for (const { groove, comparison } of worst) {
    const what = commonest(comparison.wrong, 3);
    console.log(`  ${percent(comparison.right, comparison.hits)} of ${comparison.hits}: ${nameOf(groove)}: ${what}`);
  }
  console.log(`\nMisplaced, in 24ths of a quarter: ${commonest(wrong, 12)}`);
  const lost = [...dropped.values()].reduce((a, b) => a + b, 0);
  console.log(`Not written: ${percent(lost, sum.hits)}`);
  for (const [reason, times] of dropped) console.log(`  ${percent(times, sum.hits)} ${reason}`);
}

function reportLiteral(): void {
  const total = (what: keyof Literal) => trips.reduce((sum, { literal }) => sum + literal[what], 0);
  const of = (what: keyof Literal) => percent(total(what), total("notes"));
  console.log(
    `${total("notes")} notes on the nearest 48th of a whole note, swing resolved: ${of("written")} by the click, ` +
      `${of("writtenInTime")} without the player's offset (of what was meant ${of("meantInTime")})`,
  );
}

function reportSymbols(): void {
  const written = symbolsIn(trips.map(({ score }) => score));
  const meant = symbolsIn(trips.map((trip) => trip.meant));
  const plain = symbolsIn(trips.map((trip) => trip.plain));
  console.log("\n| | plain rounding | GrooveSheet | as meant |\n|---|---|---|---|");
  const row = (name: string, of: (symbols: Symbols) => string) =>
    console.log(`| ${name} | ${[plain, written, meant].map(of).join(" | ")} |`);
  row("symbols a bar", (symbols) => perBar(symbols).toFixed(2));
  for (const what of ["notes", "rests", "tuplets"] as const) {
    row(`${what} a bar`, (symbols) => (symbols[what] / symbols.bars).toFixed(2));
  }
  const names = new Set([plain, written, meant].flatMap((symbols) => [...symbols.values.keys()]));
  for (const name of [...names].toSorted()) row(name, ({ values, notes }) => percent(values.get(name) ?? 0, notes));
  const far = trips.filter(({ score, meant: reference }) => {
    return Math.abs(perBar(symbolsIn([score])) / perBar(symbolsIn([reference])) - 1) > 0.1;
  });
  console.log(
    `\nSymbols a bar within 10 % of those meant: ${percent(trips.length - far.length, trips.length)} of performances`,
  );
}

function asTranscription({ score, performance }: { score: Score; performance: DrumPerformance }) {
  const musicxml = { suffix: ".musicxml", mediaType: "", bytes: new TextEncoder().encode(toMusicXml(score)) };
  return { score, performance, files: [musicxml] };
}

function nameOf({ id, meter, quarter }: Groove): string {
  return `${id} (${meter}, ${Math.round(60 / quarter)} BPM)`;
}

function part({ right, hits }: Comparison): number {
  return right / hits;
}

function commonest(counts: ReadonlyMap<string, number>, most: number): string {
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, most);
  return sorted.map(([what, times]) => `${what} (${times})`).join(", ");
}

function percent(share: number, of: number): string {
  return `${((100 * share) / of).toFixed(2)} %`;
}
