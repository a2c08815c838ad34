import { z } from "zod";
import { DEVICES } from "./devices.ts";
import { BOT_WATCH_SETTINGS, PROCESSOR_WATCH_SETTINGS, WATCH_SETTINGS } from "./observability/settings.ts";
import { STORE_SETTINGS } from "./stores/settings.ts";

const commaList = z
  .string()
  .transform((text) => text.split(",").flatMap((item) => item.trim() || []))
  .pipe(z.array(z.string()));

const whole = (minimum: number, fallback: number) => z.coerce.number().int().min(minimum).default(fallback);

/** What both processes need. Every key is an environment variable of that name. */
export const sharedSettingsSchema = z.object({
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default("redis://127.0.0.1:6379"),
  /** several instances may share one Redis under names of their own */
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
  /** where attachments lie; only these addresses are fetched without the guard for links */
  DISCORD_CDN_URLS: commaList
    .pipe(z.array(z.url()))
    .default(["https://cdn.discordapp.com", "https://media.discordapp.net"]),
  /** connections to Discord, each with its share of the servers: a number, or as many as Discord recommends */
  DISCORD_SHARDS: z.union([z.literal("auto"), z.coerce.number().int().min(1).max(1000)]).default("auto"),
  /** people who steer the whole instance with /queue */
  OWNER_IDS: commaList.default([]),
  /** the yt-dlp program; without it only direct links and share links work */
  YT_DLP_PATH: z.string().min(1).optional(),
  /** hosts (`name:port`) on the operator's own network from which links are taken although their address is private */
  LINK_PRIVATE_HOSTS: commaList.default([]),
  MAX_FILE_MB: whole(1, 200),
  /** seconds over which the speed of a link is measured: slower than 8 kB/s, it is given up */
  LINK_STALL_SECONDS: whole(1, 10),
  /** seconds until a download is given up */
  DOWNLOAD_SECONDS: whole(5, 120),
  LIMIT_USER_AT_ONCE: whole(1, 5),
  LIMIT_USER_PER_DAY: whole(1, 50),
  LIMIT_USER_MINUTES_PER_DAY: whole(1, 240),
  /** unfinished changes to scores of one person */
  LIMIT_USER_CHANGES: whole(1, 5),
  LIMIT_SERVER_AT_ONCE: whole(1, 50),
  LIMIT_SERVER_PER_DAY: whole(1, 1000),
  LIMIT_SERVER_MINUTES_PER_DAY: whole(1, 4800),
  /** unfinished jobs of everybody */
  LIMIT_QUEUE: whole(1, 2000),
  LIMIT_PER_DAY: whole(1, 20_000),
  LIMIT_MINUTES_PER_DAY: whole(1, 60_000),
});

export const processorSettingsSchema = sharedSettingsSchema.extend({
  ...PROCESSOR_WATCH_SETTINGS,
  /** jobs at once in this process; each has a child process of its own */
  CONCURRENCY: whole(1, 1),
  /** in the order they are tried */
  DEVICES: commaList.pipe(z.array(z.enum(DEVICES)).min(1)).default(["cuda", "cpu"]),
  MAX_FILE_MB: whole(1, 200),
  MAX_MINUTES: whole(1, 20),
  /** seconds that a job may take whatever its length */
  JOB_SECONDS: whole(1, 180),
  /** seconds that it may take besides, for each minute of music */
  JOB_SECONDS_PER_MINUTE: whole(0, 180),
  /** resident memory in MB at which a child is stopped */
  JOB_MEMORY_MB: whole(64, 4096),
  /** jobs after which a child is replaced by a fresh one: sessions of onnxruntime leak */
  JOBS_PER_CHILD: whole(1, 50),
  /** seconds after which the job of a processor that died is taken up by another */
  LOCK_SECONDS: whole(1, 30),
  /** seconds that a stopping processor waits for its running jobs before it hands them back */
  SHUTDOWN_SECONDS: whole(0, 30),
});

export type SharedSettings = z.output<typeof sharedSettingsSchema>;
export type BotSettings = z.output<typeof botSettingsSchema>;
export type ProcessorSettings = z.output<typeof processorSettingsSchema>;

/** The environment does not hold what the process needs; the message has one line a setting. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Takes the file `.env` of the working folder into the environment where there is one; what is set already stays. */
export function loadDotEnv(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/**
 * Reads and checks settings. An empty variable counts as absent.
 *
 * @throws SettingsError naming every wrong setting at once; values are never repeated, for they may be secrets
 */
export function readSettings<S extends z.ZodObject>(schema: S, environment: NodeJS.ProcessEnv): z.output<S> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const read = schema.safeParse(present);
  if (read.success) return read.data;
  const lines = read.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new SettingsError(lines.join("\n"));
}
