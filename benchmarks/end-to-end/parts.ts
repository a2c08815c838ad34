import type { Stroke } from "./notes.ts";

/** Below this velocity a stroke on the snare is a ghost. */
const GHOST = 0.4;
const PARTS: readonly [string, (stroke: Stroke) => boolean][] = [
  ["all", () => true],
  ["kick", ({ piece }) => piece === "kick"],
  ["snare", ({ piece, velocity }) => piece === "snare" && velocity >= GHOST],
  ["ghosts", ({ piece, velocity }) => piece === "snare" && velocity < GHOST],
  ["hi-hat", ({ piece }) => piece.startsWith("hihat")],
  ["toms", ({ piece }) => piece.startsWith("tom")],
  ["cymbals", ({ piece }) => ["crash", "ride", "rideBell", "splash", "china"].includes(piece)],
];

/** Table of how far the strokes on each part of the kit came: each share is of those that the one before it holds for. */
export function lostByPart(strokes: readonly Stroke[]): string {
  const lines = PARTS.map(([name, isPart]) => {
    const own = strokes.filter(isPart);
    const heard = own.filter((stroke) => stroke.heard);
    const inBar = own.filter((stroke) => stroke.inBar);
    const isHeard = percent(own, (stroke) => stroke.heard);
    const shares = [
      isHeard,
      percent(heard, (s) => s.inBar),
      percent(inBar, (s) => s.right),
      percent(own, (s) => s.right),
    ];
    return `| ${name} | ${own.length} | ${shares.join(" | ")} |`;
  });
  return `
| | played | heard | of these in a right bar | of these at the right place | right |
|---|---|---|---|---|---|
${lines.join("\n")}`;
}

/** Share for which something holds, as "12.3 %". */
export function percent<T>(of: readonly T[], holds: (one: T) => boolean): string {
  return of.length === 0 ? "-" : `${((100 * of.filter(holds).length) / of.length).toFixed(1)} %`;
}
