/** The processor process: `npm run processor`. */
import { UserError } from "@groovesheet/jobs/errors.ts";
import { openLog } from "@groovesheet/jobs/log.ts";
import { explainRedisRefusal } from "@groovesheet/jobs/redis-outages.ts";
import { loadDotEnv, processorSettingsSchema, readSettings, SettingsError } from "@groovesheet/jobs/settings.ts";
import { filesNeeding, missingEncoders } from "../encoders.ts";
import { fingerprint } from "../fingerprint.ts";
import { startProcessor } from "./processor.ts";

process.umask(0o077); // what the processor writes is nobody else's to read
try {
  loadDotEnv(processorSettingsSchema);
  const settings = readSettings(processorSettingsSchema, process.env);
  const log = openLog(settings.LOG_LEVEL, "processor");
  const pipeline = new URL("../pipeline.ts", import.meta.url);
  const missing = await missingEncoders();
  if (missing.length > 0) log.warn({ missing, files: filesNeeding(missing) }, "FFmpeg lacks encoders");
  const processor = await startProcessor(settings, { pipeline, fingerprint: await fingerprint(missing), log });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void processor.stop().then(() => process.exit()));
  }
} catch (error) {
  const isKnown = error instanceof SettingsError || error instanceof UserError;
  const line = isKnown ? error.message : explainRedisRefusal(error as Error);
  if (line === undefined) throw error;
  console.error(line);
  process.exit(2); // what was opened before it would keep the process alive
}
