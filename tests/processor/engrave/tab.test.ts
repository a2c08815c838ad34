import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { toTab } from "@groovesheet/processor/engrave/tab/tab.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { describe, expect, test } from "vitest";
import { perform, withOptions } from "../notate/performances.ts";
import { scores } from "../pages/scores.ts";

/** The line of the tab on which a reader looks for a piece. */
const LINE_OF: Readonly<Record<Piece, string>> = {
  kick: "BD",
  snare: "SD",
  rimshot: "SD",
  sideStick: "SD",
  hihatClosed: "HH",
  hihatHalfOpen: "HH",
  hihatOpen: "HH",
  hihatPedal: "HF",
  tomHigh: "T1",
  tomMid: "T2",
  tomLow: "T3",
  tomFloor: "FT",
  crash: "CC",
  ride: "RD",
  rideBell: "RD",
  splash: "SP",
  china: "CH",
  cowbell: "CB",
  tambourine: "TM",
  clap: "CL",
};

/** Reads a tab as a drummer does: a digit below the bars is where a count falls, columns share the time between two counts. */
function readTab(text: string): string[] {
  const notes: string[] = [];
  let bar = 0;
  let unit = 1;
  for (const block of text.split("\n\n").filter((part) => part.includes("|"))) {
    const rows = block.split("\n");
    const meter = /\d+\/(\d+)/.exec(rows[0]!);
    if (meter) unit = 4 / Number(meter[1]);
    const counted = rows.at(-1)!;
    const lines = rows.slice(1, -1).map((row) => ({ name: row.slice(0, 2), cells: row.slice(3, -1).split("|") }));
    let offset = 3;
    for (const [index, { length }] of lines[0]!.cells.entries()) {
      const counts = counted.slice(offset, offset + length).padEnd(length);
      const starts = [...counts].flatMap((sign, column) => (/\d/.test(sign) ? [column] : []));
      const quarterOf = (column: number) => {
        const beat = starts.findLastIndex((start) => start <= column);
        const from = starts[beat]!;
        return unit * (beat + (column - from) / ((starts[beat + 1] ?? length) - from));
      };
      for (const { name, cells } of lines) {
        for (const [column, sign] of [...cells[index]!].entries()) {
          if (sign !== "-") notes.push(`${bar} ${quarterOf(column).toFixed(3)} ${name}`);
        }
      }
      offset += length + 1;
      bar += 1;
    }
  }
  return notes.sort();
}

function notesOf({ measures }: Score): string[] {
  const notes = measures.flatMap(({ voices }, bar) =>
    voices.flatMap(({ events }) =>
      events.flatMap(({ onset, notes }) =>
        notes.map(({ piece }) => `${bar} ${(4 * onset.valueOf()).toFixed(3)} ${LINE_OF[piece]}`),
      ),
    ),
  );
  return notes.sort();
}

describe.each(Object.entries(scores))("the score %s as a drum tab", (_, write) => {
  const score = write();
  const text = toTab(score);

  test("has each note where it is counted", () => {
    expect(readTab(text)).toEqual(notesOf(score));
  });

  test("has bars below one another, in lines that fit a screen", () => {
    for (const block of text.split("\n\n").filter((part) => part.includes("|"))) {
      const staves = block.split("\n").filter((row) => row.includes("|"));
      expect(
        new Set(staves.map((row) => [...row].flatMap((sign, column) => (sign === "|" ? [column] : [])).join())).size,
      ).toBe(1);
      for (const row of staves) expect(row.length).toBeLessThanOrEqual(80);
    }
  });
});

test("a tab has its usual layout, signs and a legend of what it uses", () => {
  const text = toTab(
    notate(
      { ...perform({ bpm: 70, bars: ["[kc]h [sh]h kg[sh].h o", "111 [kh] 4444 [sb]"] }), title: "Tab" },
      withOptions(),
    ),
  );
  expect(text.split("\n")).toEqual([
    "Tab - The Testers",
    "",
    "bar 1  4/4  quarter note = 70",
    "CC|x-------------------|---------------|",
    "RD|--------------------|-----------b---|",
    "HH|--x-x-x----xx---o---|---x-----------|",
    "T1|--------------------|ooo------------|",
    "FT|--------------------|-------oooo----|",
    "SD|----o---g--o--------|-----------o---|",
    "BD|o-------o-----------|---o-----------|",
    "   1e+a2e+a3 e + a 4e+a 1tl2e+a3e+a4e+a",
    "",
    "CC crash, RD ride, HH hi-hat, T1 high tom, FT floor tom, SD snare, BD bass drum",
    "x hit (SD: side stick), o hit (HH: open), b bell, g ghost note",
    "",
  ]);
});

test("a song without notes is bars of nothing", () => {
  const { hits: _, ...song } = perform({ bars: ["k k k k", "k k k k"] });
  expect(toTab(notate({ ...song, hits: [] }, withOptions()))).toContain("BD|----------------|\n");
});
