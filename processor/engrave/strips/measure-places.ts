import type { Measure } from "../../score.ts";
import type { TimedDrawing, TimemapEntry } from "../pages/verovio.ts";

/** Where a measure was drawn. Lengths are in drawing units. */
interface MeasurePlace {
  readonly system: number;
  /** x of what begins in the measure, by its time in quarters from the measure's start; rising */
  readonly onsets: readonly { readonly quarters: number; readonly x: number }[];
  readonly left: number;
  readonly right: number;
}

/** in drawing units: half the width of a notehead, and the space before a bar line that no note takes */
const HALF_HEAD = 106;
const BAR_LINE_SPACE = 150;
/** in drawing units: where the first note of a measure stands if nothing says more */
const USUAL_INDENT = 300;

/**
 * @returns for each measure the index of its system and the x of each of its beats, in drawing units; a beat on which
 * nothing begins lies between its neighbours
 */
export function placeBeats(
  drawing: TimedDrawing,
  measures: readonly Measure[],
): { readonly system: number; readonly beats: readonly number[] }[] {
  return placeMeasures(drawing).map((place, index) => ({
    system: place.system,
    beats: measures[index]!.beats.map(({ onset }) =>
      xAt(place, 4 * onset.valueOf(), 4 * measures[index]!.length.valueOf()),
    ),
  }));
}

const ELEMENT = /<g id="([^"]+)" class="(measure|note|rest)"/g;

function placeMeasures({ systems, timemap }: TimedDrawing): MeasurePlace[] {
  const times = startTimes(timemap);
  return systems.flatMap(({ svg }, system) => {
    const parts = svg.split(/(?=<g id="[^"]+" class="measure")/).slice(1);
    return parts.map((part) => {
      const start = times.get(/id="([^"]+)"/.exec(part)![1]!)!;
      const [left, right] = /<path d="M(-?\d+) -?\d+ L(-?\d+)/.exec(part)!.slice(1).map(Number) as [number, number];
      return { system, left, right, onsets: onsetsIn(part, start, times) };
    });
  });
}

function startTimes(timemap: readonly TimemapEntry[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { qstamp, measureOn, on = [], restsOn = [] } of timemap) {
    for (const id of [...(measureOn === undefined ? [] : [measureOn]), ...on, ...restsOn]) times.set(id, qstamp);
  }
  return times;
}

/** The leftmost head of each time: the heads of a chord, and of two voices, may stand beside each other. */
function onsetsIn(svg: string, start: number, times: ReadonlyMap<string, number>): MeasurePlace["onsets"] {
  const places = new Map<number, number>();
  for (const match of svg.matchAll(ELEMENT)) {
    const [, id, element] = match;
    const time = times.get(id!);
    if (element === "measure" || time === undefined) continue;
    const x = /translate\((-?[\d.]+),/.exec(svg.slice(match.index))?.[1];
    const quarters = Math.round((time - start) * 1000) / 1000;
    if (x !== undefined) places.set(quarters, Math.min(places.get(quarters) ?? Number.POSITIVE_INFINITY, Number(x)));
  }
  return [...places].map(([quarters, x]) => ({ quarters, x: x + HALF_HEAD })).sort((a, b) => a.quarters - b.quarters);
}

function xAt({ onsets, left, right }: MeasurePlace, quarters: number, length: number): number {
  const first = onsets[0];
  const begin = first && first.quarters < 1e-3 ? [] : [{ quarters: 0, x: left + USUAL_INDENT }];
  const anchors = [...begin, ...onsets, { quarters: length, x: right + HALF_HEAD - BAR_LINE_SPACE }];
  const next = Math.max(
    1,
    anchors.findIndex((anchor) => anchor.quarters > quarters + 1e-3),
  );
  const [a, b] = [anchors[next - 1]!, anchors[next]!];
  return a.x + ((quarters - a.quarters) / (b.quarters - a.quarters)) * (b.x - a.x);
}
