import { type Notice, notice } from "@groovesheet/jobs/notices.ts";
import type { Score } from "./score.ts";

/** @returns what the user should know about a score: which bars are uncertain */
export function scoreNotices({ measures }: Score): Notice[] {
  const passages: { from: number; to: number }[] = [];
  for (const { uncertain, number } of measures) {
    if (uncertain === "begin") passages.push({ from: number, to: number });
    else if (uncertain) passages.at(-1)!.to = number;
  }
  if (passages.length === 0) return [];
  return [notice("uncertainBars", { bars: passages.map(({ from, to }) => `${from}–${to}`).join(", ") })];
}
