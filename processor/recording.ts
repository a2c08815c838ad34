/** Decoded sound. */
export interface Recording {
  /** Hz; always 44 100 */
  readonly sampleRate: 44100;
  /** one or two channels of equal length, -1..1 */
  readonly channels: readonly Float32Array[];
  /** seconds */
  readonly duration: number;
  /** from the file's tags, where it has them */
  readonly title?: string;
  readonly artist?: string;
}

/** Receives the progress of a stage, 0..1 of its own work. */
export type OnProgress = (fraction: number) => void;
