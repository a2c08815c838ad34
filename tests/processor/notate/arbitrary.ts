import { notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import { PIECES } from "@groovesheet/jobs/pieces.ts";
import fc from "fast-check";
import { toPerformance } from "./performances.ts";

const meters = ["2/4", "3/4", "4/4", "5/4", "6/4", "7/4", "2/2", "3/8", "5/8", "6/8", "7/8", "9/8", "12/8", "7/16"];

const part = fc.double({ min: 0, max: 1, noNaN: true });

/** Beats with rubato, from any position, in any meter; hits and candidates anywhere, near the beats or not. */
export const performances: fc.Arbitrary<DrumPerformance> = fc
  .record({
    meter: fc.constantFrom(...meters),
    dotted: fc.boolean(),
    first: fc.nat(11),
    start: fc.double({ min: 0, max: 3, noNaN: true }),
    tempo: fc.double({ min: 40, max: 240, noNaN: true }),
    rubato: fc.array(fc.double({ min: 0.85, max: 1.2, noNaN: true }), { maxLength: 40 }),
    quick: fc.array(
      fc.record({ place: part, gaps: fc.array(fc.double({ min: 0.002, max: 0.09, noNaN: true }), { maxLength: 6 }) }),
      {
        maxLength: 8,
      },
    ),
    hits: fc.array(
      fc.record({
        place: part,
        grid: fc.constantFrom(1, 2, 3, 4, 6, 8, 1000),
        late: part,
        piece: fc.constantFrom(...PIECES),
        velocity: part,
        confidence: part,
        other: fc.constantFrom(...PIECES),
      }),
      { maxLength: 150 },
    ),
    heardPart: part,
  })
  .map(({ meter, dotted, first, start, tempo, rubato, quick, hits, heardPart }) => {
    const count = Number(meter.split("/")[0]);
    const perBar = dotted && count % 3 === 0 && count > 3 ? count / 3 : count;
    const beats = [];
    let time = start;
    for (const [index, stretch] of rubato.entries()) {
      beats.push({ time, position: ((first + index) % perBar) + 1 });
      time += (60 / tempo) * stretch;
    }
    const span = time + 2;
    const step = 60 / tempo;
    const heard = hits.map(({ place, grid, late, piece, velocity, confidence, other }): Hit => {
      const exact = Math.round((place * span * grid) / step) / grid;
      const alternatives = other === piece ? {} : { alternatives: { [piece]: 0.6, [other]: 0.4 } };
      return { time: Math.max(0, exact * step + (late - 0.5) * 0.03), piece, velocity, confidence, ...alternatives };
    });
    const played = heard.filter(({ confidence }) => confidence >= 0.5 * heardPart);
    const candidates = heard.filter(({ confidence }) => confidence < 0.5 * heardPart);
    for (const { place, gaps } of quick) {
      let at = place * span;
      for (const gap of gaps) {
        at += gap;
        played.push({ time: at, piece: "snare", velocity: Math.min(1, 0.3 + gap * 6), confidence: 0.5 });
      }
    }
    const inOrder = candidates.toSorted((a, b) => a.time - b.time);
    return { ...toPerformance(played, beats, tempo, meter), candidates: inOrder };
  });

/** Any options of `notate`. */
export const anyOptions = fc
  .record({
    tempoScale: fc.constantFrom("half", "twoThirds", "same", "threeHalves", "double"),
    shiftDownbeat: fc.integer({ min: -16, max: 16 }),
    meter: fc.option(fc.constantFrom(...meters), { nil: undefined }),
    swing: fc.constantFrom("auto", "on", "off"),
    grid: fc.constantFrom("auto", "8", "16", "32", "8t", "16t"),
    detail: fc.constantFrom("simple", "standard", "full"),
    repeats: fc.boolean(),
    showConfidence: fc.boolean(),
  })
  .map((options) => notateOptionsSchema.parse(options));
