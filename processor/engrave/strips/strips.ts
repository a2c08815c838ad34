import type { Picture, Strip } from "../../picture.ts";
import type { Score } from "../../score.ts";
import { toMusicXml } from "../musicxml/musicxml.ts";
import { rasterise } from "../pages/png.ts";
import { prepareXml, repair } from "../pages/repairs.ts";
import { DRAWING_SCALE, drawTimed, type System } from "../pages/verovio.ts";
import type { LineLayout } from "../systems.ts";
import { round, svgDocument } from "../text.ts";
import { placeBeats } from "./measure-places.ts";

/** Two bars on a line: so large that they can be read on a phone. */
const STRIP_LINES: LineLayout = { bars: 2, places: 34 };
/** in page units: the width of a line, and the space around it */
const LINE_WIDTH = 1240;
const MARGIN = 36;

/**
 * Draws each line of the score as a picture, with two bars a line and every bar written out.
 *
 * @param width of the pictures, pixels
 * @throws Error where verovio cannot read the MusicXML
 */
export async function engraveStrips(score: Score, width: number): Promise<Strip[]> {
  const measures = score.measures.map(({ repeat: _, rest: __, ...measure }) => measure);
  const written = { ...score, measures };
  const drawing = await drawTimed(prepareXml(toMusicXml(written, STRIP_LINES)), LINE_WIDTH, true);
  const places = placeBeats(drawing, measures);
  const { systems, definitions } = repair(drawing, written, STRIP_LINES);
  const scale = width / (LINE_WIDTH + 2 * MARGIN);
  const pixels = (x: number) => (x / DRAWING_SCALE + MARGIN) * scale;
  return systems.map((system, number) => ({
    picture: drawStrip(system, definitions, width),
    staffTop: pixels(system.staffTop - system.top),
    measures: places.flatMap(({ system: own, beats }, index) =>
      own === number ? [{ index, beats: beats.map(pixels) }] : [],
    ),
  }));
}

function drawStrip(system: System, definitions: string, width: number): Picture {
  const top = system.top / DRAWING_SCALE;
  const box = {
    width: LINE_WIDTH + 2 * MARGIN,
    height: Math.ceil(system.bottom / DRAWING_SCALE - top + 2 * MARGIN),
  };
  const place = `translate(${MARGIN}, ${round(MARGIN - top)}) scale(${1 / DRAWING_SCALE})`;
  return rasterise(svgDocument(box, definitions, `<g transform="${place}">${system.svg}</g>`), width);
}
