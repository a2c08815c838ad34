import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { engravePages } from "@groovesheet/processor/engrave/engrave.ts";
import { toSvg } from "@groovesheet/processor/engrave/pages/pages.ts";
import { toPngs } from "@groovesheet/processor/engrave/pages/png.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { PNG } from "pngjs";

const width = 900;

/** @returns the first page of a score as the person sees it, 900 pixels wide */
export async function pictureOf(score: Score): Promise<PNG> {
  const [page] = await engravePages(score);
  const [picture] = await toPngs([toSvg(page!, true)], width);
  return PNG.sync.read(Buffer.from(picture!));
}

/** @param folder `approved` or `failed` */
export function pathOf(folder: string, name: string): string {
  return fileURLToPath(new URL(`${folder}/${name}.png`, import.meta.url));
}

export function readPicture(path: string): PNG {
  return PNG.sync.read(readFileSync(path));
}

/** Writes shades of grey, which is all that a page has. */
export function writePicture(path: string, picture: PNG, colorType: 0 | 2 = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, PNG.sync.write(picture, { colorType, inputHasAlpha: true, deflateLevel: 9, deflateStrategy: 0 }));
}
