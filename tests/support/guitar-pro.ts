import { strFromU8, unzipSync } from "fflate";
import { JSDOM } from "jsdom";

/** A note of a Guitar Pro file. */
export interface GuitarProNote {
  /** quarters from the start of the song */
  readonly quarter: number;
  /** element of the drum kit and the number of the articulation, such as `Snare 91` */
  readonly articulation: string;
  /** MIDI key that is played */
  readonly key: number;
  readonly sign: "ghost" | "accent" | "normal";
  readonly grace: boolean;
  /** of Guitar Pro's six strings for drums, 0 is the lowest */
  readonly string: number;
  /** of that string, and the key that follows from it: both name what is struck once more */
  readonly fret: number;
  readonly midi: number;
}

const QUARTERS: Readonly<Record<string, number>> = {
  Whole: 4,
  Half: 2,
  Quarter: 1,
  Eighth: 1 / 2,
  "16th": 1 / 4,
  "32nd": 1 / 8,
};

/**
 * Reads the notes of the first track of a file of Guitar Pro 7 or 8: a zip that holds an XML document, in which bars, voices,
 * beats, rhythms and notes are lists that name one another by number.
 */
export function readGuitarPro(file: Uint8Array): { notes: GuitarProNote[]; quarters: number; tuning: string } {
  const xml = strFromU8(unzipSync(file)["Content/score.gpif"]!);
  const { document } = new JSDOM(xml, { contentType: "text/xml" }).window;
  const text = (element: Element | undefined, path: string) => element?.querySelector(path)?.textContent ?? "";
  const ids = (element: Element | undefined, path: string) => text(element, path).split(" ").filter(Boolean);
  const byId = (list: string, item: string) =>
    new Map(
      [...document.querySelectorAll(`GPIF > ${list} > ${item}`)].map((found) => [found.getAttribute("id"), found]),
    );
  const tables = {
    bars: byId("Bars", "Bar"),
    voices: byId("Voices", "Voice"),
    beats: byId("Beats", "Beat"),
    notes: byId("Notes", "Note"),
    rhythms: byId("Rhythms", "Rhythm"),
  };
  const kit = [...document.querySelectorAll("Track Element > Articulations > Articulation")].map((found) => ({
    name: `${text(found.closest("Element")!, "Name")} ${text(found, "InputMidiNumbers").split(" ")[0]}`,
    key: Number(text(found, "OutputMidiNumber")),
  }));

  const lengthOf = (beat: Element | undefined): number => {
    const rhythm = tables.rhythms.get(beat!.querySelector("Rhythm")!.getAttribute("ref")!);
    const dots = Number(rhythm!.querySelector("AugmentationDot")?.getAttribute("count") ?? 0);
    const tuplet = rhythm!.querySelector("PrimaryTuplet");
    const ratio = tuplet ? Number(tuplet.getAttribute("den")) / Number(tuplet.getAttribute("num")) : 1;
    return QUARTERS[text(rhythm, "NoteValue")]! * (2 - 0.5 ** dots) * ratio;
  };
  const signOf = (note: Element) =>
    text(note, "AntiAccent") === "Normal" ? "ghost" : note.querySelector("Accent") ? "accent" : "normal";

  const notes: GuitarProNote[] = [];
  let start = 0;
  for (const master of document.querySelectorAll("MasterBar")) {
    let end = start;
    for (const voice of ids(tables.bars.get(ids(master, "Bars")[0]!), "Voices")) {
      let quarter = start;
      for (const beatId of ids(tables.voices.get(voice), "Beats")) {
        const beat = tables.beats.get(beatId);
        const grace = beat!.querySelector("GraceNotes") !== null;
        for (const id of ids(beat, "Notes")) {
          const note = tables.notes.get(id)!;
          const { name, key } = kit[Number(text(note, "InstrumentArticulation"))]!;
          const values = new Map(
            [...note.getElementsByTagName("Property")].map((found) => [found.getAttribute("name"), found.textContent]),
          );
          const [string, fret, midi] = ["String", "Fret", "Midi"].map((of) => Number(values.get(of) ?? Number.NaN)) as [
            number,
            number,
            number,
          ];
          notes.push({ quarter, articulation: name, key, sign: signOf(note), grace, string, fret, midi });
        }
        if (!grace) quarter += lengthOf(beat);
      }
      end = Math.max(end, quarter);
    }
    start = end;
  }
  return { notes, quarters: start, tuning: text(document.documentElement, "Staff Property[name=Tuning] > Pitches") };
}
