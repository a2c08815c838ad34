import type { Stage } from "@groovesheet/jobs/result.ts";
import { Presets, SingleBar } from "cli-progress";

/** Shows the progress of one song. */
export interface ProgressView {
  readonly onProgress: (stage: Stage, fraction: number) => void;
  /** removes the bar, so that a line can be printed */
  readonly end: () => void;
}

/** @returns a progress bar on a terminal, one line per stage elsewhere, nothing if `quiet` */
export function progressView(song: string, stream: NodeJS.WriteStream, quiet: boolean): ProgressView {
  if (quiet) return { onProgress: () => {}, end: () => {} };
  return stream.isTTY ? barView(song, stream) : lineView(song, stream);
}

function barView(song: string, stream: NodeJS.WriteStream): ProgressView {
  const format = "{song}  {stage} [{bar}] {percentage}%";
  const bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  bar.start(100, 0, { song, stage: pad("decode") });
  return {
    onProgress: (stage, fraction) => bar.update(Math.round(100 * fraction), { stage: pad(stage) }),
    end: () => bar.stop(),
  };
}

function lineView(song: string, stream: NodeJS.WriteStream): ProgressView {
  let last: string | undefined;
  const onProgress = (stage: Stage, fraction: number) => {
    const quarter = stage === "separate" ? ` ${25 * Math.floor(4 * fraction)} %` : ""; // the only stage that can take minutes
    const line = `${song}: ${stage}${quarter}`;
    if (line !== last) stream.write(`${line}\n`);
    last = line;
  };
  return { onProgress, end: () => {} };
}

function pad(stage: Stage): string {
  return stage.padEnd("separate".length);
}
