import { type MidiEvent, writeMidi } from "midi-file";
import type { NoteType, Score, ScoreEvent, ScoreNote } from "../../score.ts";
import { type KitLayout, layKit } from "../kit.ts";
import { printable } from "../text.ts";
import { type Clock, performedClock, TICKS_PER_QUARTER, writtenClock } from "./clock.ts";

/** General MIDI plays drums on channel 10; channels are counted from 0. */
const DRUM_CHANNEL = 9;
/** Distance between grace notes; two of them are shorter than the shortest note, a 32nd. */
const GRACE_TICKS = TICKS_PER_QUARTER / 20;
/** Drum notes have no length of their own; this is long enough for every sampler. */
const MAX_NOTE_TICKS = TICKS_PER_QUARTER / 4;

export interface MidiOptions {
  /**
   * `performed` keeps every hit at its time in the recording, from its first second; `written` places hits where they are
   * notated, from the first measure
   */
  readonly timing: "performed" | "written";
}

/** @returns a Standard MIDI File (format 1) on General MIDI's drum channel, with the recording's tempo map */
export function toMidi(score: Score, { timing }: MidiOptions): Uint8Array {
  const clock = timing === "performed" ? performedClock(score.measures) : writtenClock(score.measures);
  const bytes = writeMidi({
    header: { format: 1, numTracks: 2, ticksPerBeat: TICKS_PER_QUARTER },
    tracks: [conductor(score, clock), drumTrack(score, clock, timing)],
  });
  return Uint8Array.from(bytes);
}

interface TimedEvent {
  readonly tick: number;
  /** orders events at the same tick, lowest first */
  readonly order: number;
  readonly event: WithoutDelta<MidiEvent>;
}

type WithoutDelta<T> = T extends MidiEvent ? Omit<T, "deltaTime"> : never;

function conductor(score: Score, clock: Clock): MidiEvent[] {
  const events: TimedEvent[] = [
    { tick: 0, order: 0, event: { meta: true, type: "trackName", text: toLatin(printable(score.title)) } },
  ];
  for (const { tick, microsecondsPerBeat } of clock.tempos) {
    events.push({ tick, order: 2, event: { meta: true, type: "setTempo", microsecondsPerBeat } });
  }
  for (const { tick, meter } of clock.signatures) {
    events.push({
      tick,
      order: 1,
      event: {
        meta: true,
        type: "timeSignature",
        numerator: meter.beats,
        denominator: meter.beatType,
        metronome: 24,
        thirtyseconds: 8,
      },
    });
  }
  return toTrack(events);
}

interface MidiNote {
  readonly tick: number;
  readonly key: number;
  readonly velocity: number;
}

function drumTrack(score: Score, clock: Clock, timing: MidiOptions["timing"]): MidiEvent[] {
  const events: TimedEvent[] = [{ tick: 0, order: 0, event: { meta: true, type: "trackName", text: "Drumset" } }];
  const midiNotes = notesOf(score, clock, timing, layKit(score.pieces)).toSorted((a, b) => a.tick - b.tick);
  const nextOfKey = new Map<number, number>();
  for (const { tick, key, velocity } of midiNotes.toReversed()) {
    const end = Math.min(tick + MAX_NOTE_TICKS, nextOfKey.get(key) ?? Number.POSITIVE_INFINITY);
    if (end === tick) continue;
    nextOfKey.set(key, tick);
    events.push({ tick, order: 4, event: { type: "noteOn", channel: DRUM_CHANNEL, noteNumber: key, velocity } });
    events.push({
      tick: end,
      order: 3,
      event: { type: "noteOff", channel: DRUM_CHANNEL, noteNumber: key, velocity: 0 },
    });
  }
  return toTrack(events);
}

function notesOf(score: Score, clock: Clock, timing: MidiOptions["timing"], kit: KitLayout): MidiNote[] {
  return score.measures.flatMap((measure, index) =>
    measure.voices.flatMap((voice) =>
      voice.events.flatMap((event) => {
        const written = clock.measureTicks[index]! + event.onset.mul(4 * TICKS_PER_QUARTER).valueOf();
        const notes = [
          ...event.graces.map((note, place) => ({ note, early: (event.graces.length - place) * GRACE_TICKS })),
          ...event.notes.map((note) => ({ note, early: 0 })),
        ];
        const rolls = timing === "performed" ? performedRolls(event, clock) : writtenRolls(event, written);
        const placed = [
          ...notes.map(({ note, early }) => ({
            note,
            at: timing === "performed" ? clock.tickAt(note.time) : written - early,
          })),
          ...rolls,
        ];
        const before = Math.min(0, ...placed.map(({ at }) => at)); // the file has no room before a flam at its start
        return placed.map(({ note, at }) => ({
          tick: Math.round(at - before),
          key: kit[note.piece].key,
          velocity: Math.min(127, Math.max(1, Math.round(127 * note.velocity))),
        }));
      }),
    ),
  );
}

interface Placed {
  readonly note: Pick<ScoreNote, "piece" | "velocity">;
  readonly at: number;
}

function performedRolls({ notes }: ScoreEvent, clock: Clock): Placed[] {
  return notes.flatMap(({ rolled = [] }) => rolled.map((note) => ({ note, at: clock.tickAt(note.time) })));
}

const FLAGS: Readonly<Record<NoteType, number>> = { whole: 0, half: 0, quarter: 0, eighth: 1, "16th": 2, "32nd": 3 };
const WHOLES: Readonly<Record<NoteType, number>> = {
  whole: 1,
  half: 1 / 2,
  quarter: 1 / 4,
  eighth: 1 / 8,
  "16th": 1 / 16,
  "32nd": 1 / 32,
};

/** The chords of a tremolo after the first one: each stroke through the stem halves the note value, as a flag does. */
function writtenRolls({ notes, tremolo, type, dots, duration }: ScoreEvent, start: number): Placed[] {
  if (tremolo === 0) return [];
  const count = WHOLES[type] * (dots ? 1.5 : 1) * 4 * 2 ** (FLAGS[type] + tremolo);
  const ticks = duration.mul(4 * TICKS_PER_QUARTER).valueOf();
  return Array.from({ length: count - 1 }, (_, index) => start + ((index + 1) * ticks) / count).flatMap((at) =>
    notes.map((note) => ({ note, at })),
  );
}

function toTrack(events: readonly TimedEvent[]): MidiEvent[] {
  let now = 0;
  const track: MidiEvent[] = [];
  for (const { tick, event } of events.toSorted((a, b) => a.tick - b.tick || a.order - b.order)) {
    track.push({ ...event, deltaTime: tick - now } as MidiEvent);
    now = tick;
  }
  track.push({ deltaTime: 0, meta: true, type: "endOfTrack" });
  return track;
}

/** Text in a MIDI file is single bytes: other characters are left out. */
function toLatin(text: string): string {
  return text
    .replace(/[^\u0020-\u007e\u00a0-\u00ff]/gu, "")
    .replace(/ +/g, " ")
    .trim();
}
