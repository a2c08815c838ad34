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
/** in page units: the width of a line, and the space around it; a bar number of four digits fits to the left of a section */
const LINE_WIDTH = 1200;
const MARGIN = 36;
const LEFT_MARGIN = 76;
const WIDTH = LEFT_MARGIN + LINE_WIDTH + MARGIN;

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
  const scale = width / WIDTH;
  const pixels = (x: number) => (x / DRAWING_SCALE + LEFT_MARGIN) * scale;
  const strips: Strip[] = [];
  for (const [number, system] of systems.entries()) {
    strips.push({
      picture: await drawStrip(system, definitions, width),
      staffTop: ((system.staffTop - system.top) / DRAWING_SCALE + MARGIN) * scale,
      measures: places.flatMap(({ system: own, beats }, index) =>
        own === number ? [{ index, beats: beats.map(pixels) }] : [],
      ),
    });
  }
  return strips;
}

function drawStrip(system: System, definitions: string, width: number): Promise<Picture> {
  const top = system.top / DRAWING_SCALE;
  const box = {
    width: WIDTH,
    height: Math.ceil(system.bottom / DRAWING_SCALE - top + 2 * MARGIN),
  };
  const place = `translate(${LEFT_MARGIN}, ${round(MARGIN - top)}) scale(${1 / DRAWING_SCALE})`;
  return rasterise(svgDocument(box, definitions, `<g transform="${place}">${system.svg}</g>`), width);
}
