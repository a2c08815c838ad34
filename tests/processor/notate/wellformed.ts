import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { Measure, Score, ScoreEvent, Voice } from "@groovesheet/processor/score.ts";
import Fraction from "fraction.js";

const values: Readonly<Record<string, Fraction>> = {
  whole: new Fraction(1),
  half: new Fraction(1, 2),
  quarter: new Fraction(1, 4),
  eighth: new Fraction(1, 8),
  "16th": new Fraction(1, 16),
  "32nd": new Fraction(1, 32),
};
const flags: Readonly<Record<string, number>> = { eighth: 1, "16th": 2, "32nd": 3 };

/** @returns every way in which a score breaks the rules of notation or loses a hit; empty where it is sound */
export function faults(score: Score, performance: DrumPerformance): string[] {
  return [
    ...score.measures.flatMap((measure) => measureFaults(measure).map((fault) => `bar ${measure.number}: ${fault}`)),
    ...orderFaults(score),
    ...lostHits(score, performance),
  ];
}

function measureFaults(measure: Measure): string[] {
  const full = new Fraction(measure.meter.beats, measure.meter.beatType);
  const found = measure.voices.flatMap((voice) => voiceFaults(voice, measure));
  if (measure.pickup ? measure.length.gt(full) : !measure.length.equals(full))
    found.push("is not as long as its meter");
  if (measure.duration <= 0) found.push("takes no time");
  if (measure.voices[0]?.number !== 1) found.push("has no first voice");
  if (!beatsAreInOrder(measure)) found.push("has beats outside of it or out of order");
  return found;
}

function beatsAreInOrder({ beats, length, startTime, duration, pickup }: Measure): boolean {
  const inside = beats.every(
    ({ onset, time }) => onset.gte(0) && onset.lt(length) && time > startTime - 1e-6 && time < startTime + duration,
  );
  const rising = beats.every(({ time }, index) => index === 0 || time > beats[index - 1]!.time);
  return inside && rising && (pickup || (beats[0]?.onset.equals(0) ?? false));
}

function voiceFaults({ events, number }: Voice, { length }: Measure): string[] {
  const found: string[] = [];
  let now = new Fraction(0);
  for (const event of events) {
    if (!event.onset.equals(now)) found.push(`voice ${number} is not continuous at ${event.onset.toFraction()}`);
    if (!event.duration.equals(written(event, length)))
      found.push(`a ${event.type} lasts ${event.duration.toFraction()}`);
    now = now.add(event.duration);
  }
  if (!now.equals(length)) found.push(`voice ${number} sums to ${now.toFraction()}`);
  return [...found, ...beamFaults(events), ...tupletFaults(events)];
}

function written(event: ScoreEvent, length: Fraction): Fraction {
  if (event.wholeMeasure) return length;
  const plain = values[event.type]!.mul(event.dots ? new Fraction(3, 2) : 1);
  return event.tuplet ? plain.mul(event.tuplet.normal).div(event.tuplet.actual) : plain;
}

function beamFaults(events: readonly ScoreEvent[]): string[] {
  const found: string[] = [];
  const open = [false, false, false];
  for (const event of events) {
    if (event.beams.length > (flags[event.type] ?? 0)) found.push(`${event.beams.length} beams at a ${event.type}`);
    if (event.beams.length > 0 && event.beams.length < flags[event.type]!)
      found.push(`too few beams at a ${event.type}`);
    if (event.beams.length > 0 && event.notes.length === 0) found.push("a beamed rest");
    for (const level of [0, 1, 2]) {
      const beam = event.beams[level];
      if (open[level] !== (beam === "continue" || beam === "end")) found.push(`beam ${level + 1} breaks off`);
      open[level] = beam === "begin" || beam === "continue";
    }
  }
  if (open.includes(true)) found.push("a beam leaves the bar");
  return found;
}

function tupletFaults(events: readonly ScoreEvent[]): string[] {
  const found: string[] = [];
  let sum: Fraction | undefined;
  for (const { tuplet, duration } of events) {
    if ((sum !== undefined) !== (tuplet !== undefined && tuplet.place !== "start")) found.push("a tuplet breaks off");
    if (tuplet) sum = (tuplet.place === "start" ? new Fraction(0) : sum!).add(duration);
    if (tuplet?.place === "stop") {
      if (!sum!.equals(values[tuplet.unit]!.mul(tuplet.normal))) found.push(`a tuplet sums to ${sum!.toFraction()}`);
      sum = undefined;
    }
  }
  return sum === undefined ? found : [...found, "a tuplet leaves the bar"];
}

function orderFaults({ measures }: Score): string[] {
  const found = measures.length > 0 ? [] : ["a score without measures"];
  for (const [index, measure] of measures.entries()) {
    const next = measures[index + 1];
    if (next && Math.abs(measure.startTime + measure.duration - next.startTime) > 1e-6) found.push("time has a gap");
    if (measure.pickup && index > 0) found.push("a pickup inside");
    if (next && next.number !== measure.number + 1) found.push("bars are not counted one by one");
  }
  return found;
}

/** A revised note counts as what was heard; one that was added from a candidate was no hit. */
function lostHits(score: Score, { hits }: DrumPerformance): string[] {
  const revisions = new Map(score.revisions.map((revision) => [nameOf(revision), revision]));
  const isAdded = (note: Hit) => revisions.has(nameOf(note)) && !revisions.get(nameOf(note))!.heard;
  const name = (note: Hit) => nameOf({ ...note, piece: revisions.get(nameOf(note))?.heard ?? note.piece });
  const written = score.measures.flatMap((measure) =>
    measure.voices.flatMap((voice) =>
      voice.events.flatMap((event) => [
        ...event.graces,
        ...event.notes.flatMap((note) => [note, ...(note.rolled ?? [])]),
      ]),
    ),
  );
  const accounted = [...written.filter((note) => !isAdded(note)).map(name), ...score.dropped.map(nameOf)].toSorted();
  const heard = hits.map(nameOf).toSorted();
  if (accounted.length !== heard.length) return [`${heard.length} hits heard, ${accounted.length} written or dropped`];
  return heard.filter((hit, index) => hit !== accounted[index]).map((hit) => `lost: ${hit}`);
}

function nameOf({ time, piece }: { readonly time: number; readonly piece: string }): string {
  return `${piece} at ${time}`;
}
