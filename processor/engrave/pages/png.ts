import { Worker } from "node:worker_threads";
import { Resvg, type ResvgRenderOptions } from "@resvg/resvg-js";
import type { Picture } from "../../picture.ts";
import { FONT_FAMILY, FONT_FILES } from "../fonts.ts";

/** A thread's pictures, about 20 MB each, are released when it ends. */
const PAGES_PER_THREAD = 2;

/**
 * Draws pages beside the caller's own work, in one thread after another.
 *
 * @param svgs one page each
 * @param width of a picture, pixels
 * @param onPage receives the number of pages drawn so far
 * @returns each page as a PNG on white, drawn with the project's fonts rather than the machine's
 */
export async function toPngs(
  svgs: Iterable<string>,
  width: number,
  onPage?: (drawn: number) => void,
): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const group of groupsOf(svgs, PAGES_PER_THREAD)) {
    await drawInThread(group, width, (picture) => {
      pictures.push(picture);
      onPage?.(pictures.length);
    });
  }
  return pictures;
}

function* groupsOf<T>(values: Iterable<T>, size: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const value of values) {
    group.push(value);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function drawInThread(svgs: readonly string[], width: number, onPicture: (picture: Uint8Array) => void): Promise<void> {
  const workerData = { svgs, options: renderOptions(width) };
  const thread = new Worker(new URL("./png-thread.mjs", import.meta.url), { workerData, execArgv: [] });
  return new Promise((resolve, reject) => {
    thread.on("message", onPicture);
    thread.once("error", reject);
    thread.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the thread ended with ${code}`))));
  });
}

/** @returns the SVG as a grey picture on white, `width` pixels wide */
export function rasterise(svg: string, width: number): Picture {
  const image = new Resvg(svg, renderOptions(width)).render();
  const rgba = image.pixels;
  const grey = Uint8Array.from({ length: rgba.length / 4 }, (_, pixel) => rgba[4 * pixel + 1]!);
  return { width: image.width, height: image.height, grey };
}

function renderOptions(width: number): ResvgRenderOptions {
  return {
    fitTo: { mode: "width", value: width },
    background: "#fff",
    font: { loadSystemFonts: false, fontFiles: Object.values(FONT_FILES), defaultFontFamily: FONT_FAMILY },
  };
}
