/** A processor with the stub pipeline in its own process, configured by the environment. */
import { openLog } from "@groovesheet/jobs/log.ts";
import { processorSettingsSchema, readSettings } from "@groovesheet/jobs/settings.ts";
import { startProcessor } from "@groovesheet/processor/worker/processor.ts";

const settings = readSettings(processorSettingsSchema, process.env);
const pipeline = new URL("../../tests/support/pipeline.ts", import.meta.url);
const log = openLog(settings.LOG_LEVEL, "processor");
const processor = await startProcessor(settings, { pipeline, fingerprint: "fixture", log });
process.once("SIGTERM", () => void processor.stop().then(() => process.exit()));
