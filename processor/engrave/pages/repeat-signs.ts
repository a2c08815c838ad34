import type { RepeatPlace, Score } from "../../score.ts";
import { round, textElement } from "../text.ts";

/** in verovio's drawing units: a staff space */
const SPACE = 180;

const REPEAT_GROUP = /<g [^>]*class="mRpt"><use [^>]*\/>(?:<g class="mRptNum">.*?<\/g>)?<\/g>/gs;
/** half the width of verovio's own sign */
const HALF_SIGN = 190;

/** @returns the score with one empty voice in each bar that shows a repeat sign, so that verovio spaces these bars evenly */
export function emptyUnderSigns(score: Score): Score {
  const measures = score.measures.map((measure) => {
    const [voice] = measure.voices;
    const event = voice?.events[0];
    if (measure.repeat === undefined || voice === undefined || event === undefined) return measure;
    const { tuplet: _, ...rest } = event;
    const empty = {
      ...rest,
      duration: measure.length,
      wholeMeasure: true,
      dots: 0,
      beams: [],
      notes: [],
      graces: [],
    } as const;
    return { ...measure, voices: [{ ...voice, events: [empty] }] };
  });
  return { ...score, measures };
}

/**
 * Draws repeat signs. Verovio only has the one-bar sign and draws one in every bar; signs for two and four bars are centred
 * on the middle bar line, with the number of bars above. All signs show which time the passage
 * is played.
 *
 * @param places the repeat place of each bar under a sign, in song order; this call consumes those of its line
 */
export function drawRepeats(svg: string, places: Iterator<RepeatPlace>): string {
  return svg
    .split(/(?=<g [^>]*class="measure")/)
    .map((measure) => {
      const sign = measure.match(REPEAT_GROUP);
      return sign ? measure.replaceAll(REPEAT_GROUP, "") + drawAt(measure, sign[0], places.next().value) : measure;
    })
    .join("");
}

function drawAt(measure: string, sign: string, { bars, index, time }: RepeatPlace): string {
  const [x, y] = /translate\((-?[\d.]+), (-?[\d.]+)\)/.exec(sign)!.slice(1).map(Number) as [number, number];
  if (bars === 1) return drawSign(x + HALF_SIGN, y, 1) + drawTime(x + HALF_SIGN, y, time);
  const line = /class="barLine"[^>]*><path d="M(-?[\d.]+) /.exec(measure);
  return line && index === bars / 2 - 1
    ? drawSign(Number(line[1]), y, bars) + drawTime(Number(line[1]) + 2 * SPACE, y, time)
    : "";
}

/** Draws above the staff which time the passage is played. */
function drawTime(x: number, y: number, time: number): string {
  return textElement({ x, y: y - 2.6 * SPACE, size: 300, style: "italic", anchor: "middle" }, `(${time})`);
}

/** Draws one slash for each bar, between two dots. */
function drawSign(x: number, y: number, bars: RepeatPlace["bars"]): string {
  const apart = 0.75 * SPACE;
  const half = ((bars - 1) * apart) / 2;
  const slashes = Array.from({ length: bars }, (_, index) => drawSlash(x - half + index * apart, y));
  const dots = [-1, 1].map((side) => {
    const [cx, cy] = [x + side * (half + 0.75 * SPACE), y + side * 0.5 * SPACE];
    return `<ellipse cx="${round(cx)}" cy="${round(cy)}" rx="36" ry="36"/>`;
  });
  const number = textElement({ x, y: y - 2.7 * SPACE, size: 380, weight: "bold", anchor: "middle" }, String(bars));
  return slashes.join("") + dots.join("") + (bars > 1 ? number : "");
}

function drawSlash(x: number, y: number): string {
  const at = (dx: number, dy: number) => `${round(x + dx * SPACE)},${round(y + dy * SPACE)}`;
  return `<polygon points="${at(-0.95, 1)} ${at(-0.4, 1)} ${at(0.95, -1)} ${at(0.4, -1)}"/>`;
}
