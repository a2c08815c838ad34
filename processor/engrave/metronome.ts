import type { TempoMark } from "../score.ts";
import { round, textElement, textWidth } from "./text.ts";

/** In verovio's drawing units, as large as its own metronome marks. */
const textSize = 405;
const space = 100;

interface NoteLook {
  readonly dotted: boolean;
  readonly hollow: boolean;
  readonly flags: number;
}

const looks: Readonly<Record<string, NoteLook>> = {
  "1/2": { dotted: false, hollow: true, flags: 0 },
  "3/8": { dotted: true, hollow: false, flags: 0 },
  "1/4": { dotted: false, hollow: false, flags: 0 },
  "3/16": { dotted: true, hollow: false, flags: 1 },
  "1/8": { dotted: false, hollow: false, flags: 1 },
  "1/16": { dotted: false, hollow: false, flags: 2 },
};

/** @returns a function that draws a metronome mark, its note as an outline, at a place in drawing units */
export function drawMetronome(
  mark: TempoMark,
  feel: "swing" | "straight" | undefined,
  swing: number,
): (x: number, y: number) => string {
  const look = looks[mark.unit.toFraction()] ?? looks["1/4"]!;
  return (x, y) => {
    const equals = ` = ${mark.perMinute}`.trimStart();
    const afterNote = x + (look.dotted ? 3.9 : look.flags > 0 ? 3.6 : 3) * space;
    const afterText = afterNote + textWidth(equals) * textSize * 1.06 + 4 * space;
    return (
      drawNote(x, y, look) +
      textElement({ x: afterNote, y, size: textSize, weight: "bold" }, equals) +
      (feel === "swing" ? drawSwing(afterText, y, swing) : "") +
      (feel === "straight" ? textElement({ x: afterText, y, size: textSize, weight: "bold" }, "Straight") : "")
    );
  };
}

/** `Swing`, and in parentheses what two written eighths mean where that is a triplet's long and short. */
function drawSwing(x: number, y: number, place: number): string {
  const word = textElement({ x, y, size: textSize, weight: "bold" }, "Swing");
  const percent = `(${Math.round(100 * place)} %)`;
  const after = x + 2.8 * textSize;
  return word + textElement({ x: after, y, size: 0.8 * textSize }, percent);
}

function drawNote(x: number, y: number, { dotted, hollow, flags }: NoteLook): string {
  const r = 1.02 * space;
  const cx = x + r;
  const cy = y - 0.55 * space;
  const stemX = x + 1.92 * r;
  const stemTop = cy - 5 * space;
  const head = hollow
    ? `<ellipse cx="${round(cx)}" cy="${round(cy)}" rx="${round(0.85 * r)}" ry="${round(0.5 * r)}" fill="none" stroke="#000" stroke-width="${round(0.3 * space)}" transform="rotate(-24 ${round(cx)} ${round(cy)})"/>`
    : `<ellipse cx="${round(cx)}" cy="${round(cy)}" rx="${round(r)}" ry="${round(0.68 * r)}" transform="rotate(-24 ${round(cx)} ${round(cy)})"/>`;
  const stem = `<path d="M${round(stemX)} ${round(cy - 0.2 * r)} L${round(stemX)} ${round(stemTop)}" stroke-width="${round(0.24 * space)}"/>`;
  const dot = dotted ? `<ellipse cx="${round(x + 2.75 * space)}" cy="${round(cy)}" rx="32" ry="32"/>` : "";
  return head + stem + dot + Array.from({ length: flags }, (_, i) => flag(stemX, stemTop + 1.3 * i * space)).join("");
}

function flag(x: number, y: number): string {
  const at = (dx: number, dy: number) => `${round(x + dx * space)} ${round(y + dy * space)}`;
  return `<path d="M${at(-0.1, 0)} C${at(0.1, 1.2)} ${at(1.7, 1.5)} ${at(0.9, 3.4)} C${at(1.3, 2)} ${at(0.5, 1.7)} ${at(-0.1, 1.4)} Z"/>`;
}
