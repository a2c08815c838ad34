import type { FollowedHit } from "./notes.ts";

/** A softer hit on the snare is a ghost note. */
const GHOST = 0.4;
const PARTS: readonly [string, (hit: FollowedHit) => boolean][] = [
  ["all", () => true],
  ["kick", ({ piece }) => piece === "kick"],
  ["snare", ({ piece, velocity }) => piece === "snare" && velocity >= GHOST],
  ["ghosts", ({ piece, velocity }) => piece === "snare" && velocity < GHOST],
  ["hi-hat", ({ piece }) => piece.startsWith("hihat")],
  ["toms", ({ piece }) => piece.startsWith("tom")],
  ["cymbals", ({ piece }) => ["crash", "ride", "rideBell", "splash", "china"].includes(piece)],
];

/** Table of how far the hits on each part of the kit came; each share is of the hits in the one before. */
export function lostByPart(hits: readonly FollowedHit[]): string {
  const lines = PARTS.map(([name, isPart]) => {
    const own = hits.filter(isPart);
    const heard = own.filter((hit) => hit.heard);
    const inBar = own.filter((hit) => hit.inBar);
    const isHeard = percent(own, (hit) => hit.heard);
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

/** Share for which a condition holds, as "12.3 %". */
export function percent<T>(of: readonly T[], holds: (one: T) => boolean): string {
  return of.length === 0 ? "-" : `${((100 * of.filter(holds).length) / of.length).toFixed(1)} %`;
}
