/** The processor process: `npm run processor`. */
import { openLog } from "../../jobs/log.ts";
import { loadDotEnv, processorSettingsSchema, readSettings, SettingsError } from "../../jobs/settings.ts";
import { listenerModel } from "../../models/registry.ts";
import { startProcessor } from "./processor.ts";

try {
  loadDotEnv();
  const settings = readSettings(processorSettingsSchema, process.env);
  const log = openLog(settings.LOG_LEVEL, "processor");
  const pipeline = new URL("../pipeline.ts", import.meta.url);
  const { card } = await listenerModel();
  const network = `${card.version} ${card.sha256}`;
  const processor = await startProcessor(settings, { pipeline, network, log });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void processor.stop().then(() => process.exit()));
  }
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
