import { unzipSync, zipSync } from "fflate";

/** The document in the ZIP archive of a Guitar Pro file. */
const DOCUMENT = "Content/score.gpif";
/** A fixed date, the earliest that ZIP allows: the same score always gives the same file. */
const mtime = new Date(1980, 0, 1);

/** Where alphaTab could write a tuning. */
const TUNING_FLAT = '<Property name="TuningFlat">';
/** Guitar Pro writes drums on six strings tuned to 0, so that a fret is a MIDI key. */
const STRINGS = 6;
const TUNING =
  `<Property name="Tuning"><Pitches>${Array(STRINGS).fill(0).join(" ")}</Pitches><Flat></Flat>` +
  "<Instrument>Undefined</Instrument><Label><![CDATA[]]></Label><LabelVisible>true</LabelVisible></Property>";

/**
 * Completes a file of alphaTab 1.8: without a tuning, and without string, fret and key of each note, Guitar Pro shows drums
 * as empty bars and other readers find no notes; ghost notes are spelled as Guitar Pro spells them.
 *
 * Source: alphaTab's issues 2591 and 2827, TuxGuitar's reader
 */
export function completeFile(file: Uint8Array): Uint8Array {
  const entries = unzipSync(file);
  const gpif = new TextDecoder().decode(entries[DOCUMENT]);
  return zipSync({ ...entries, [DOCUMENT]: new TextEncoder().encode(completeDocument(gpif)) }, { mtime });
}

function completeDocument(document: string): string {
  const texts: string[] = []; // titles may look like elements
  const gpif = document.replace(/<!\[CDATA\[.*?\]\]>/gs, (text) => `<!--${texts.push(text) - 1}-->`);
  const restored = (complete: string) => complete.replace(/<!--(\d+)-->/g, (_, index: string) => texts[Number(index)]!);
  const keys = [...gpif.matchAll(/<OutputMidiNumber>(\d+)</g)].map(([, key]) => key!);
  const strings = stringsOf(gpif);
  if (!gpif.includes(TUNING_FLAT)) throw new Error("alphaTab writes another kind of Guitar Pro file now");
  const complete = gpif
    .replace(TUNING_FLAT, TUNING + TUNING_FLAT)
    .replaceAll("<AntiAccent>normal<", "<AntiAccent>Normal<")
    .replace(/<Note id="(\d+)">.*?<\/Note>/gs, (note, id: string) => {
      const [, articulation] = /<InstrumentArticulation>(\d+)</.exec(note)!;
      const [key, string] = [keys[Number(articulation)], strings.get(id)];
      if (key === undefined || string === undefined)
        throw new Error(`note ${id} of a Guitar Pro file has no key or no string`);
      return note.replace(/<Properties>.*?<\/Properties>/s, properties(key, string));
    });
  return restored(complete);
}

/** In the order of Guitar Pro. Its drums have no pitch, which it writes as the lowest C. */
function properties(key: string, string: number): string {
  const pitch = "<Pitch><Step>C</Step><Accidental></Accidental><Octave>-1</Octave></Pitch>";
  const values = [
    ["ConcertPitch", pitch],
    ["Fret", `<Fret>${key}</Fret>`],
    ["Midi", `<Number>${key}</Number>`],
    ["String", `<String>${string}</String>`],
    ["TransposedPitch", pitch],
  ];
  return `<Properties>${values.map(([name, value]) => `<Property name="${name}">${value}</Property>`).join("")}</Properties>`;
}

/** @returns the string of each note: hands from the highest one down, feet from the lowest one up, so that no two share one */
function stringsOf(gpif: string): Map<string, number> {
  const [voicesOf, beatsOf, notesOf] = [
    idsIn(gpif, "Bar", "Voices"),
    idsIn(gpif, "Voice", "Beats"),
    idsIn(gpif, "Beat", "Notes"),
  ];
  const strings = new Map<string, number>();
  for (const voices of voicesOf.values()) {
    for (const [place, voice] of voices.entries()) {
      for (const beat of beatsOf.get(voice) ?? []) {
        for (const [n, note] of (notesOf.get(beat) ?? []).entries()) {
          strings.set(note, place === 0 ? STRINGS - 1 - (n % STRINGS) : n % STRINGS);
        }
      }
    }
  }
  return strings;
}

/** @returns the ids that each element lists in a child, by its own id */
function idsIn(gpif: string, element: string, list: string): Map<string, readonly string[]> {
  const ids = new Map<string, readonly string[]>();
  for (const [, id, content] of gpif.matchAll(new RegExp(`<${element} id="(\\d+)"[^>]*>(.*?)</${element}>`, "gs"))) {
    const listed = new RegExp(`<${list}>([^<]*)<`).exec(content!);
    if (listed) ids.set(id!, listed[1]!.split(" "));
  }
  return ids;
}
