/** Limits for one recording: a hostile or mistaken file is refused before it costs more. */
export interface DecodeLimits {
  /** the longest recording, or the longest part of one, minutes */
  readonly maxMinutes: number;
  /** the largest file, megabytes of 1 000 000 bytes */
  readonly maxMegabytes: number;
  /** the shortest recording, seconds */
  readonly minSeconds: number;
  /** address space of the FFmpeg process, megabytes; enforced on Linux */
  readonly maxDecoderMegabytes: number;
}

/** One second is two beats at 120 a minute; less has no rhythm. */
const MIN_SECONDS = 1;

/**
 * The limits for users unless the environment sets others.
 *
 * @param env GROOVESHEET_MAX_MINUTES (20) and GROOVESHEET_MAX_MEGABYTES (2000), positive numbers
 * @throws Error if one of them is set and is not a positive number
 */
export function decodeLimits(env: Readonly<Record<string, string | undefined>> = process.env): DecodeLimits {
  return {
    maxMinutes: positive(env, "GROOVESHEET_MAX_MINUTES", 20),
    maxMegabytes: positive(env, "GROOVESHEET_MAX_MEGABYTES", 2000),
    minSeconds: MIN_SECONDS,
    maxDecoderMegabytes: 2000,
  };
}

function positive(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  const text = env[name]?.trim();
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`${name} must be a positive number, not "${text}"`);
  return value;
}
