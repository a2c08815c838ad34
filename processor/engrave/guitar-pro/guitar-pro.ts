import type { model } from "@coderline/alphatab";
import { PIECES } from "@groovesheet/jobs/pieces.ts";
import Fraction from "fraction.js";
import type { Loudness, Measure, NoteType, Score, ScoreEvent, ScoreNote, Swing, Voice } from "../../score.ts";
import { layKit } from "../kit.ts";
import { printable } from "../text.ts";
import { articulationsOf } from "./articulations.ts";
import { completeFile } from "./gpif.ts";

type AlphaTab = typeof import("@coderline/alphatab");

/** General MIDI plays drums on channel 10; channels are counted from 0. */
const DRUM_CHANNEL = 9;

const DURATIONS = {
  whole: "Whole",
  half: "Half",
  quarter: "Quarter",
  eighth: "Eighth",
  "16th": "Sixteenth",
  "32nd": "ThirtySecond",
} as const satisfies Record<NoteType, keyof AlphaTab["model"]["Duration"]>;
const DYNAMICS = { p: "P", mp: "MP", mf: "MF", f: "F", ff: "FF" } as const satisfies Record<Loudness, string>;
const FEELS = { eighth: "Triplet8th", "16th": "Triplet16th" } as const satisfies Record<Swing["unit"], string>;

/** The rests that fill an empty measure, longest first. */
const RESTS: readonly (readonly [type: NoteType, dots: 0 | 1, length: Fraction])[] = [
  ["whole", 0, new Fraction(1)],
  ["half", 1, new Fraction(3, 4)],
  ["half", 0, new Fraction(1, 2)],
  ["quarter", 1, new Fraction(3, 8)],
  ["quarter", 0, new Fraction(1, 4)],
  ["eighth", 0, new Fraction(1, 8)],
  ["16th", 0, new Fraction(1, 16)],
];

/** @returns a file for Guitar Pro 7 and later, with the articulations of its own drum kit */
export async function toGuitarPro(score: Score): Promise<Uint8Array> {
  const alphaTab = await import("@coderline/alphatab"); // here, because loading it takes 0.2 s
  const settings = new alphaTab.Settings();
  restartNumbers(alphaTab);
  const song = buildSong(alphaTab, score);
  song.finish(settings);
  return completeFile(new alphaTab.exporter.Gp7Exporter().export(song, settings));
}

/**
 * alphaTab numbers bars, beats and notes throughout a process; from zero, the same score is the same file. Its importers call
 * this function, which its types leave out.
 */
function restartNumbers({ model }: AlphaTab): void {
  (model.Score as unknown as { resetIds(): void }).resetIds();
}

/** alphaTab's model of a song with one drum track. */
function buildSong(alphaTab: AlphaTab, score: Score): model.Score {
  const song = new alphaTab.model.Score();
  song.title = printable(score.title);
  song.artist = printable(score.artist ?? "");
  const track = drumTrack(alphaTab, score);
  song.addTrack(track);
  let loudness: Loudness = "f"; // Guitar Pro's own, for songs without dynamics
  let swings = false;
  const voices = Math.max(...score.measures.map((measure) => measure.voices.length));
  for (const measure of score.measures) {
    if (measure.loudness) loudness = measure.loudness;
    if (measure.feel) swings = measure.feel === "swing";
    song.addMasterBar(masterBar(alphaTab, measure, swings ? score.swing : undefined));
    track.staves[0]!.addBar(barOf(alphaTab, measure, voices, alphaTab.model.DynamicValue[DYNAMICS[loudness]]));
  }
  return song;
}

function drumTrack(alphaTab: AlphaTab, score: Score): model.Track {
  const track = new alphaTab.model.Track();
  track.name = "Drumset";
  track.shortName = "Drums";
  track.playbackInfo.primaryChannel = DRUM_CHANNEL;
  track.playbackInfo.secondaryChannel = DRUM_CHANNEL;
  track.percussionArticulations = articulationsOf(alphaTab, layKit(score.pieces));
  track.ensureStaveCount(1);
  const [staff] = track.staves;
  staff!.isPercussion = true;
  staff!.showTablature = false;
  return track;
}

function masterBar({ model }: AlphaTab, measure: Measure, swing: Swing | undefined): model.MasterBar {
  const bar = new model.MasterBar();
  bar.timeSignatureNumerator = measure.meter.beats;
  bar.timeSignatureDenominator = measure.meter.beatType;
  bar.isAnacrusis = measure.pickup;
  if (swing) bar.tripletFeel = model.TripletFeel[FEELS[swing.unit]];
  if (measure.section !== undefined) {
    bar.section = new model.Section();
    bar.section.marker = printable(measure.section);
  }
  if (measure.tempo) {
    const quarters = measure.tempo.unit.mul(4).mul(measure.tempo.perMinute).valueOf();
    bar.tempoAutomations.push(model.Automation.buildTempoAutomation(false, 0, quarters, 2)); // 2: counted in quarters
  }
  return bar;
}

/** alphaTab wants as many voices in each bar: one that does not sound holds an empty beat. */
function barOf(alphaTab: AlphaTab, measure: Measure, voices: number, dynamics: model.DynamicValue): model.Bar {
  const bar = new alphaTab.model.Bar();
  bar.clef = alphaTab.model.Clef.Neutral;
  for (let index = 0; index < voices; index++) {
    const voice = new alphaTab.model.Voice();
    bar.addVoice(voice);
    for (const beat of beatsOfVoice(alphaTab, measure, measure.voices[index])) {
      beat.dynamics = dynamics;
      for (const note of beat.notes) note.dynamics = dynamics;
      voice.addBeat(beat);
    }
  }
  return bar;
}

function beatsOfVoice(alphaTab: AlphaTab, { length }: Measure, voice: Voice | undefined): model.Beat[] {
  if (voice) {
    return voice.events.flatMap((event) =>
      event.wholeMeasure ? restsFor(alphaTab, length) : beatsOf(alphaTab, event),
    );
  }
  const beat = new alphaTab.model.Beat();
  beat.isEmpty = true;
  return [beat];
}

function restsFor(alphaTab: AlphaTab, length: Fraction): model.Beat[] {
  const beats: model.Beat[] = [];
  let left = length;
  for (const [type, dots, value] of RESTS) {
    for (; left.gte(value); left = left.sub(value)) beats.push(beatOf(alphaTab, type, dots));
  }
  return beats;
}

/** An event with its grace notes before it: one is an eighth, two are sixteenths, as in MusicXML. */
function beatsOf(alphaTab: AlphaTab, event: ScoreEvent): model.Beat[] {
  const { model } = alphaTab;
  const beat = beatOf(alphaTab, event.type, event.dots);
  if (event.tuplet) {
    beat.tupletNumerator = event.tuplet.actual;
    beat.tupletDenominator = event.tuplet.normal;
  }
  if (event.tremolo > 0) {
    beat.tremoloPicking = new model.TremoloPickingEffect();
    beat.tremoloPicking.marks = event.tremolo;
  }
  for (const note of event.notes) beat.addNote(noteOf(alphaTab, note));
  const graces = event.graces.map((note) => {
    const grace = beatOf(alphaTab, event.graces.length === 1 ? "eighth" : "16th", 0);
    grace.graceType = model.GraceType.BeforeBeat;
    grace.addNote(noteOf(alphaTab, note));
    return grace;
  });
  return [...graces, beat];
}

function beatOf({ model }: AlphaTab, type: NoteType, dots: 0 | 1): model.Beat {
  const beat = new model.Beat();
  beat.duration = model.Duration[DURATIONS[type]];
  beat.dots = dots;
  return beat;
}

function noteOf({ model }: AlphaTab, { piece, dynamic }: ScoreNote): model.Note {
  const note = new model.Note();
  note.percussionArticulation = PIECES.indexOf(piece);
  note.isGhost = dynamic === "ghost";
  if (dynamic === "accent") note.accentuated = model.AccentuationType.Normal;
  return note;
}
