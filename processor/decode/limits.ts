/** What one recording may cost. A hostile or mistaken file is refused before it costs more. */
export interface DecodeLimits {
  /** the longest recording, minutes */
  readonly maxMinutes: number;
  /** the largest file, megabytes of 1 000 000 bytes */
  readonly maxMegabytes: number;
  /** the shortest recording, seconds */
  readonly minSeconds: number;
  /** address space of the FFmpeg process, megabytes; kept where the system can keep it (Linux) */
  readonly maxDecoderMegabytes: number;
}

/** Below this nothing rhythmic can be told: less than two beats at 120 a minute. */
const MIN_SECONDS = 1;

/**
 * The limits a person meets unless the environment says otherwise.
 *
 * @param env GROOVESHEET_MAX_MINUTES (20) and GROOVESHEET_MAX_MEGABYTES (2000), positive numbers
 * @throws Error where one of them is set and is not a positive number
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
