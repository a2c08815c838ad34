import type { Swing, TempoMark } from "../../score.ts";
import { textWidth } from "../fonts.ts";
import { round, textElement } from "../text.ts";

/** in verovio's drawing units: the size of its own metronome marks */
const TEXT_SIZE = 405;
const SPACE = 100;
const EQUATION_SCALE = 0.72;

interface NoteLook {
  readonly dotted: boolean;
  readonly hollow: boolean;
  readonly flags: number;
}

const LOOKS: Readonly<Record<string, NoteLook>> = {
  "1/2": { dotted: false, hollow: true, flags: 0 },
  "3/8": { dotted: true, hollow: false, flags: 0 },
  "1/4": { dotted: false, hollow: false, flags: 0 },
  "3/16": { dotted: true, hollow: false, flags: 1 },
  "1/8": { dotted: false, hollow: false, flags: 1 },
  "1/16": { dotted: false, hollow: false, flags: 2 },
};

/** @returns a function that draws a metronome mark, with its note as an outline, at a position in drawing units */
export function drawMetronome(
  mark: TempoMark,
  feel: "swing" | "straight" | undefined,
  swung: Swing["unit"] = "eighth",
): (x: number, y: number) => string {
  const look = LOOKS[mark.unit.toFraction()] ?? LOOKS["1/4"]!;
  return (x, y) => {
    const equals = ` = ${mark.perMinute}`.trimStart();
    const afterNote = x + (look.dotted ? 3.9 : look.flags > 0 ? 3.6 : 3) * SPACE;
    const afterText = afterNote + textWidth(equals, "bold") * TEXT_SIZE + 4 * SPACE;
    return (
      drawNote(x, y, look) +
      textElement({ x: afterNote, y, size: TEXT_SIZE, weight: "bold" }, equals) +
      (feel === "swing" ? drawSwing(afterText, y, swung) : "") +
      (feel === "straight" ? textElement({ x: afterText, y, size: TEXT_SIZE, weight: "bold" }, "Straight") : "")
    );
  };
}

/** Draws `Swing` with its equation: two written eighths or sixteenths sound long and short, as in a triplet. */
function drawSwing(x: number, y: number, swung: Swing["unit"]): string {
  const look = { size: TEXT_SIZE, weight: "bold" } as const;
  const flags = swung === "eighth" ? 0 : 1;
  const long = { dotted: false, hollow: false, flags };
  const equation = [
    textElement({ x: 0, y: 0, ...look }, "("),
    drawPair(1.7 * SPACE, flags + 1),
    textElement({ x: 8.4 * SPACE, y: 0, ...look }, "="),
    drawNote(12 * SPACE, 0, long),
    drawNote(16 * SPACE, 0, { ...long, flags: flags + 1 }),
    drawBracket(12.3 * SPACE, 18.6 * SPACE, -6.5 * SPACE),
    textElement({ x: 19.7 * SPACE, y: 0, ...look }, ")"),
  ];
  const at = `translate(${round(x + 11.9 * SPACE)}, ${round(y)}) scale(${EQUATION_SCALE})`;
  return `${textElement({ x, y, ...look }, "Swing")}<g transform="${at}">${equation.join("")}</g>`;
}

/** Draws two beamed notes on the baseline of the text. */
function drawPair(x: number, beams: number): string {
  const plain = { dotted: false, hollow: false, flags: 0 };
  const apart = 3.2 * SPACE;
  const left = x + 1.84 * SPACE;
  const top = -5.55 * SPACE;
  const beam = (y: number) =>
    `<path d="M${round(left)} ${round(y)} h${round(apart + 0.24 * SPACE)} v${round(0.7 * SPACE)} h${round(-apart - 0.24 * SPACE)} Z"/>`;
  return (
    drawNote(x, 0, plain) +
    drawNote(x + apart, 0, plain) +
    Array.from({ length: beams }, (_, index) => beam(top + index * SPACE)).join("")
  );
}

/** Draws a triplet bracket with its number in the gap. */
function drawBracket(from: number, to: number, y: number): string {
  const middle = (from + to) / 2;
  const hook = round(0.7 * SPACE);
  const line = (d: string) => `<path d="${d}" fill="none" stroke-width="${round(0.16 * SPACE)}"/>`;
  return (
    line(`M${round(from)} ${round(y + hook)} v${-hook} H${round(middle - 0.9 * SPACE)}`) +
    line(`M${round(to)} ${round(y + hook)} v${-hook} H${round(middle + 0.9 * SPACE)}`) +
    textElement({ x: middle, y: y + 0.75 * SPACE, size: 0.6 * TEXT_SIZE, style: "italic", anchor: "middle" }, "3")
  );
}

function drawNote(x: number, y: number, { dotted, hollow, flags }: NoteLook): string {
  const r = 1.02 * SPACE;
  const cx = x + r;
  const cy = y - 0.55 * SPACE;
  const stemX = x + 1.92 * r;
  const stemTop = cy - 5 * SPACE;
  const head = hollow
    ? `<ellipse cx="${round(cx)}" cy="${round(cy)}" rx="${round(0.85 * r)}" ry="${round(0.5 * r)}" fill="none" stroke="#000" stroke-width="${round(0.3 * SPACE)}" transform="rotate(-24 ${round(cx)} ${round(cy)})"/>`
    : `<ellipse cx="${round(cx)}" cy="${round(cy)}" rx="${round(r)}" ry="${round(0.68 * r)}" transform="rotate(-24 ${round(cx)} ${round(cy)})"/>`;
  const stem = `<path d="M${round(stemX)} ${round(cy - 0.2 * r)} L${round(stemX)} ${round(stemTop)}" stroke-width="${round(0.24 * SPACE)}"/>`;
  const dot = dotted ? `<ellipse cx="${round(x + 2.75 * SPACE)}" cy="${round(cy)}" rx="32" ry="32"/>` : "";
  return head + stem + dot + Array.from({ length: flags }, (_, i) => flag(stemX, stemTop + 1.3 * i * SPACE)).join("");
}

function flag(x: number, y: number): string {
  const at = (dx: number, dy: number) => `${round(x + dx * SPACE)} ${round(y + dy * SPACE)}`;
  return `<path d="M${at(-0.1, 0)} C${at(0.1, 1.2)} ${at(1.7, 1.5)} ${at(0.9, 3.4)} C${at(1.3, 2)} ${at(0.5, 1.7)} ${at(-0.1, 1.4)} Z"/>`;
}
