import { once } from "node:events";
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
 * @throws the signal's reason if it is aborted
 * @returns each page as a PNG on white, drawn with the project's fonts rather than the machine's
 */
export async function toPngs(
  svgs: Iterable<string>,
  width: number,
  { onPage, signal }: { readonly onPage?: (drawn: number) => void; readonly signal?: AbortSignal } = {},
): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const group of groupsOf(svgs, PAGES_PER_THREAD)) {
    signal?.throwIfAborted();
    await drawInThread(group, width, signal, (picture) => {
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

async function drawInThread(
  svgs: readonly string[],
  width: number,
  signal: AbortSignal | undefined,
  onPicture: (picture: Uint8Array) => void,
): Promise<void> {
  const workerData = { svgs, options: renderOptions(width) };
  const thread = new Worker(new URL("./png-thread.mjs", import.meta.url), { workerData, execArgv: [] });
  const stop = () => void thread.terminate();
  signal?.addEventListener("abort", stop);
  try {
    thread.on("message", onPicture);
    const [code] = await once(thread, "exit"); // an error of the thread rejects
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`the thread that draws pages ended with ${code}`);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
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
