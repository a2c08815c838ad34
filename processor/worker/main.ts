/** The processor process: `npm run processor`. */
import { openLog } from "../../jobs/log.ts";
import { loadDotEnv, processorSettingsSchema, readSettings, SettingsError } from "../../jobs/settings.ts";
import { edition } from "../edition.ts";
import { startProcessor } from "./processor.ts";

try {
  loadDotEnv();
  const settings = readSettings(processorSettingsSchema, process.env);
  const log = openLog(settings.LOG_LEVEL, "processor");
  const pipeline = new URL("../pipeline.ts", import.meta.url);
  const processor = await startProcessor(settings, { pipeline, edition: await edition(), log });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void processor.stop().then(() => process.exit()));
  }
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
