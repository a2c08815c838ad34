/** The processor process: `npm run processor`. */
import { openLog } from "@groovesheet/jobs/log.ts";
import { explainRedisRefusal } from "@groovesheet/jobs/redis-outages.ts";
import { loadDotEnv, processorSettingsSchema, readSettings, SettingsError } from "@groovesheet/jobs/settings.ts";
import { fingerprint } from "../fingerprint.ts";
import { startProcessor } from "./processor.ts";

process.umask(0o077); // what the processor writes is nobody else's to read
try {
  loadDotEnv(processorSettingsSchema);
  const settings = readSettings(processorSettingsSchema, process.env);
  const log = openLog(settings.LOG_LEVEL, "processor");
  const pipeline = new URL("../pipeline.ts", import.meta.url);
  const processor = await startProcessor(settings, { pipeline, fingerprint: await fingerprint(), log });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void processor.stop().then(() => process.exit()));
  }
} catch (error) {
  const line = error instanceof SettingsError ? error.message : explainRedisRefusal(error as Error);
  if (line === undefined) throw error;
  console.error(line);
  process.exit(2); // what was opened before it would keep the process alive
}
