import { type MidiEvent, writeMidi } from "midi-file";
import type { Measure, Score } from "../../score.ts";
import { TICKS_PER_QUARTER } from "../midi/clock.ts";
import { printable } from "../text.ts";
import { type ChartClock, ticksOf } from "./chart-clock.ts";
import { type Chord, DIFFICULTIES, type Difficulty, thin } from "./difficulties.ts";
import { COLOURS, colourOf } from "./lanes.ts";
import type { Pad } from "./pads.ts";

/** MIDI key of the kick in each difficulty; the colours follow it. Source: Rock Band Network documentation, "Drum Authoring". */
const FIRST_KEYS: Readonly<Record<Difficulty, number>> = { easy: 60, medium: 72, hard: 84, expert: 96 };
/** A note of this key makes the pad of its colour a tom; without it, it is a cymbal. */
const TOM_MARKERS: Partial<Record<Pad, number>> = { yellowTom: 110, blueTom: 111, greenTom: 112 };
const STAR_POWER_KEY = 116;
/** All five together mark a bar in which star power can be activated. */
const ACTIVATION_KEYS = [120, 121, 122, 123, 124];
/** With the event ENABLE_CHART_DYNAMICS, the lowest velocity is a ghost note and the highest one an accent. */
const VELOCITIES = { ghost: 1, normal: 100, accent: 127 };
/** Drum notes have no length; two of them are at least a 64th apart. */
const NOTE_TICKS = TICKS_PER_QUARTER / 32;
/** measures of a star power phrase, and the fewest of a section that has one */
const PHRASE_MEASURES = 2;
const PHRASED_SECTION = 4;

type WithoutDelta<T> = T extends MidiEvent ? Omit<T, "deltaTime"> : never;
interface TimedEvent {
  readonly tick: number;
  readonly event: WithoutDelta<MidiEvent>;
}

/** @returns `notes.mid`: the tempo of each beat, the sections, and the drums in four difficulties */
export function toNotesMid(score: Score, chords: readonly Chord[], clock: ChartClock): Uint8Array {
  const tracks = [conductor(score, clock), sections(score, clock), drums(score, chords, clock)].map(toTrack);
  const header = { format: 1 as const, numTracks: tracks.length, ticksPerBeat: TICKS_PER_QUARTER };
  return Uint8Array.from(writeMidi({ header, tracks }));
}

function conductor({ title }: Score, { tempos, signatures }: ChartClock): TimedEvent[] {
  return [
    text(0, "trackName", ascii(title)),
    ...signatures.map(({ tick, meter: { beats, beatType } }) => ({
      tick,
      event: {
        meta: true,
        type: "timeSignature",
        numerator: beats,
        denominator: beatType,
        metronome: 24,
        thirtyseconds: 8,
      } as const,
    })),
    ...tempos.map(({ tick, microsecondsPerBeat }) => ({
      tick,
      event: { meta: true, type: "setTempo", microsecondsPerBeat } as const,
    })),
  ];
}

function sections({ measures }: Score, { measureTicks }: ChartClock): TimedEvent[] {
  const marks = measures.flatMap(({ section }, index) =>
    section === undefined ? [] : [text(measureTicks[index]!, "text", `[section ${ascii(section)}]`)],
  );
  return [text(0, "trackName", "EVENTS"), ...marks];
}

function drums({ measures }: Score, chords: readonly Chord[], clock: ChartClock): TimedEvent[] {
  const notes = DIFFICULTIES.flatMap((difficulty) =>
    thin(chords, difficulty).flatMap(({ tick, hits }) =>
      hits.flatMap(({ pad, dynamic }) =>
        note(tick, NOTE_TICKS, FIRST_KEYS[difficulty] + COLOURS.indexOf(colourOf(pad)), VELOCITIES[dynamic]),
      ),
    ),
  );
  const markers = chords.flatMap(({ tick, hits }) =>
    hits.flatMap(({ pad }) => (TOM_MARKERS[pad] === undefined ? [] : note(tick, NOTE_TICKS, TOM_MARKERS[pad]))),
  );
  return [
    text(0, "trackName", "PART DRUMS"),
    text(0, "text", "[ENABLE_CHART_DYNAMICS]"),
    ...phrases(measures, chords, clock),
    ...markers,
    ...notes,
  ];
}

/** Star power in the first bars of each section; it can be activated in the last one, where a fill leads on. */
function phrases(measures: readonly Measure[], chords: readonly Chord[], { measureTicks }: ChartClock): TimedEvent[] {
  const starts = measures.flatMap(({ section, pickup }, index) => (section === undefined || pickup ? [] : [index]));
  return starts.flatMap((start, place) => {
    const next = starts[place + 1] ?? measures.length;
    if (next - start < PHRASED_SECTION) return [];
    const from = measureTicks[start]!;
    const length = ticksOf(
      measures.slice(start, start + PHRASE_MEASURES).reduce((sum, measure) => sum + measure.length.valueOf(), 0),
    );
    const sounds = chords.some(({ tick }) => tick >= from && tick < from + length);
    const fill = ticksOf(measures[next - 1]!.length.valueOf());
    const leadsOn = chords.some(({ tick }) => tick === measureTicks[next]);
    return [
      ...(sounds ? note(from, length, STAR_POWER_KEY) : []),
      ...(leadsOn ? ACTIVATION_KEYS.flatMap((key) => note(measureTicks[next - 1]!, fill, key)) : []),
    ];
  });
}

function note(tick: number, length: number, noteNumber: number, velocity = VELOCITIES.normal): TimedEvent[] {
  return [
    { tick, event: { type: "noteOn", channel: 0, noteNumber, velocity } },
    { tick: tick + length, event: { type: "noteOff", channel: 0, noteNumber, velocity: 0 } },
  ];
}

function text(tick: number, type: "text" | "trackName", content: string): TimedEvent {
  return { tick, event: { meta: true, type, text: content } };
}

/** Text in a MIDI file is single bytes. */
function ascii(content: string): string {
  return printable(content).replace(/[^\u0020-\u007e]/gu, "?");
}

/** Texts first, then the ends of notes, then their beginnings. */
function order({ event }: TimedEvent): number {
  return event.type === "noteOn" ? 2 : event.type === "noteOff" ? 1 : 0;
}

function toTrack(events: readonly TimedEvent[]): MidiEvent[] {
  let now = 0;
  const track: MidiEvent[] = [];
  for (const timed of events.toSorted((a, b) => a.tick - b.tick || order(a) - order(b))) {
    track.push({ ...timed.event, deltaTime: timed.tick - now } as MidiEvent);
    now = timed.tick;
  }
  track.push({ deltaTime: 0, meta: true, type: "endOfTrack" });
  return track;
}
