import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { z } from "zod";
import { DEVICES } from "./devices.ts";
import { BOT_WATCH_SETTINGS, PROCESSOR_WATCH_SETTINGS, WATCH_SETTINGS } from "./observability/settings.ts";
import { SettingsError } from "./settings-error.ts";
import { STORE_SETTINGS } from "./stores/settings.ts";

const commaList = z
  .string()
  .transform((text) => text.split(",").flatMap((item) => item.trim() || []))
  .pipe(z.array(z.string()));

const whole = (minimum: number, fallback: number) => z.coerce.number().int().min(minimum).default(fallback);

/** Settings of both processes. Each key is the name of an environment variable. */
export const sharedSettingsSchema = z.object({
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "must look like redis://host:6379 or rediss://host:6379" })
    .default("redis://127.0.0.1:6379"),
  /** prefix of all keys, so that several instances can share one Redis */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w-]+$/)
    .default("groovesheet"),
  ...STORE_SETTINGS,
  ...WATCH_SETTINGS,
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export const botSettingsSchema = sharedSettingsSchema.extend({
  ...BOT_WATCH_SETTINGS,
  DISCORD_TOKEN: z
    .string({ error: "is missing: copy it from the Discord developer portal, page Bot, Reset Token" })
    .trim()
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "does not look like a bot token: it has three parts with dots between them"),
  DISCORD_API_URL: z.url({ protocol: /^https?$/ }).default("https://discord.com/api"),
  /** origins of Discord attachments, which are fetched without the checks for links */
  DISCORD_CDN_URLS: commaList
    .pipe(z.array(z.url()))
    .default(["https://cdn.discordapp.com", "https://media.discordapp.net"]),
  /** whether the message-content intent is switched on in the developer portal: links to messages in servers work then */
  MESSAGE_CONTENT_INTENT: z.stringbool().default(false),
  /** number of gateway connections (shards), or `auto` for as many as Discord recommends */
  DISCORD_SHARDS: z.union([z.literal("auto"), z.coerce.number().int().min(1).max(1000)]).default("auto"),
  /** user ids of the owners, who may manage the whole instance with /queue */
  OWNER_IDS: commaList.default([]),
  /** path of yt-dlp; without it only direct links and share links work */
  YT_DLP_PATH: z.string().min(1).optional(),
  /** hosts (`name:port`) with private addresses from which links are accepted */
  LINK_PRIVATE_HOSTS: commaList.default([]),
  MAX_FILE_MB: whole(1, 200),
  /** seconds over which the speed of a link is measured; below 8 kB/s the download is aborted */
  LINK_STALL_SECONDS: whole(1, 10),
  /** seconds before a download times out */
  DOWNLOAD_SECONDS: whole(5, 120),
  LIMIT_USER_AT_ONCE: whole(1, 5),
  LIMIT_USER_PER_DAY: whole(1, 50),
  LIMIT_USER_MINUTES_PER_DAY: whole(1, 240),
  /** largest number of unfinished corrections per person */
  LIMIT_USER_CHANGES: whole(1, 5),
  LIMIT_SERVER_AT_ONCE: whole(1, 50),
  LIMIT_SERVER_PER_DAY: whole(1, 1000),
  LIMIT_SERVER_MINUTES_PER_DAY: whole(1, 4800),
  /** largest number of unfinished jobs in total */
  LIMIT_QUEUE: whole(1, 2000),
  LIMIT_PER_DAY: whole(1, 20_000),
  LIMIT_MINUTES_PER_DAY: whole(1, 60_000),
});

export const processorSettingsSchema = sharedSettingsSchema.extend({
  ...PROCESSOR_WATCH_SETTINGS,
  /** number of concurrent jobs; each has its own child process */
  CONCURRENCY: whole(1, 1),
  /** devices in order of preference */
  DEVICES: commaList.pipe(z.array(z.enum(DEVICES)).min(1)).default(["cuda", "cpu"]),
  MAX_FILE_MB: whole(1, 200),
  MAX_MINUTES: whole(1, 20),
  /** seconds that any job may take */
  JOB_SECONDS: whole(1, 180),
  /** additional seconds per minute of music */
  JOB_SECONDS_PER_MINUTE: whole(0, 180),
  /** resident memory in MB above which a child is stopped */
  JOB_MEMORY_MB: whole(64, 4096),
  /** number of jobs after which a child is replaced, because sessions of onnxruntime leak memory */
  JOBS_PER_CHILD: whole(1, 50),
  /** seconds after which another processor takes over the job of one that crashed */
  LOCK_SECONDS: whole(1, 30),
  /** seconds that a stopping processor waits for running jobs before it returns them to the queue */
  SHUTDOWN_SECONDS: whole(0, 30),
});

export { SettingsError };

export type SharedSettings = z.output<typeof sharedSettingsSchema>;
export type BotSettings = z.output<typeof botSettingsSchema>;
export type ProcessorSettings = z.output<typeof processorSettingsSchema>;

/**
 * Takes the file `.env` of the working folder into the environment, if there is one. Variables that are set already stay,
 * and settings of another process, such as Discord's token for a processor, are left out.
 *
 * @param own the settings of this process
 */
export function loadDotEnv(own: z.ZodObject, path = ".env", environment: NodeJS.ProcessEnv = process.env): void {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const all = { ...botSettingsSchema.shape, ...processorSettingsSchema.shape };
  for (const [name, value] of Object.entries(parseEnv(text))) {
    if (name in own.shape || !(name in all)) environment[name] ??= value;
  }
}

/**
 * Reads and checks settings. An empty variable counts as absent.
 *
 * @throws SettingsError that names every wrong setting; values are omitted because they can be secrets
 */
export function readSettings<S extends z.ZodObject>(schema: S, environment: NodeJS.ProcessEnv): z.output<S> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const read = schema.safeParse(present);
  if (read.success) return read.data;
  const lines = read.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new SettingsError(lines.join("\n"));
}
