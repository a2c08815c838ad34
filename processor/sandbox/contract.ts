import type { Format, ListenOptions, NotateOptions } from "@groovesheet/jobs/options.ts";
import type { Performance } from "@groovesheet/jobs/performance.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import type { DecodeLimits } from "../decode/limits.ts";
import type { Device } from "../inference.ts";
import type { Score } from "../score.ts";

/** What a child process asks of `processor/pipeline.ts`, and of what stands in for it in tests. */
export interface Pipeline {
  transcribe(path: string, options: TranscribeOptions): Promise<Transcription>;
  renotate(performance: Performance, options: RenotateOptions): Promise<Transcription>;
}

export interface TranscribeOptions {
  listen: ListenOptions;
  notate: NotateOptions;
  /** the title where neither the person nor the tags give one */
  untitled?: string;
  formats: readonly Format[];
  /** a recording beside which the score is played, in a file of its own */
  listenTo?: { path: string; limits: DecodeLimits };
  devices: readonly Device[];
  limits: DecodeLimits;
  /** told the seconds of music as soon as they are known */
  onDuration?: (seconds: number) => void;
  onProgress?: (stage: Stage, fraction: number) => void;
  onLog?: (line: string) => void;
  signal?: AbortSignal;
}

export interface RenotateOptions {
  notate: NotateOptions;
  /** the title where neither the person nor the tags give one */
  untitled?: string;
  formats: readonly Format[];
  listenTo?: { path: string; limits: DecodeLimits };
  onProgress?: (stage: Stage, fraction: number) => void;
}

export interface Transcription {
  performance: Performance;
  score: Score;
  files: readonly TranscriptionFile[];
  stageSeconds: Readonly<Partial<Record<Stage, number>>>;
  /** where the network ran; absent where nothing was listened to */
  device?: Device;
}

export interface TranscriptionFile {
  /** what follows the title in the file's name */
  suffix: string;
  mediaType: string;
  bytes: Uint8Array;
}
