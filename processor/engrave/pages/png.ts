import { Worker } from "node:worker_threads";
import { type ResvgRenderOptions, renderAsync } from "@resvg/resvg-js";
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

/**
 * Asynchronous, because Node releases native pictures between turns of its event loop only: a loop without one keeps them all.
 *
 * @returns the SVG as a grey picture on white, `width` pixels wide
 */
export async function rasterise(svg: string, width: number): Promise<Picture> {
  const image = await renderAsync(svg, renderOptions(width));
  const rgba = image.pixels;
  const grey = new Uint8Array(rgba.length / 4);
  for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = rgba[4 * pixel + 1]!; // green, which is as grey as any
  return { width: image.width, height: image.height, grey };
}

function renderOptions(width: number): ResvgRenderOptions {
  return {
    fitTo: { mode: "width", value: width },
    background: "#fff",
    font: { loadSystemFonts: false, fontFiles: Object.values(FONT_FILES), defaultFontFamily: FONT_FAMILY },
  };
}
