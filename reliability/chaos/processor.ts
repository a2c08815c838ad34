/** `npm run processor` with the pipeline that simulates native faults. */
import { openLog } from "@groovesheet/jobs/log.ts";
import { processorSettingsSchema, readSettings } from "@groovesheet/jobs/settings.ts";
import { startProcessor } from "@groovesheet/processor/worker/processor.ts";

/** seconds of silence that are allowed: a child that loads its libraries on a busy machine is slow to report */
const SILENT_SECONDS = 45;

const settings = readSettings(processorSettingsSchema, process.env);
const processor = await startProcessor(settings, {
  pipeline: new URL("./pipeline.ts", import.meta.url),
  fingerprint: "chaos",
  log: openLog(settings.LOG_LEVEL, "processor"),
  silentSeconds: SILENT_SECONDS,
});
process.once("SIGTERM", () => void processor.stop().then(() => process.exit()));
