/** A processor with the stub pipeline, in a process of its own: settings by environment. */
import { openLog } from "../../../jobs/log.ts";
import { processorSettingsSchema, readSettings } from "../../../jobs/settings.ts";
import { startProcessor } from "../../../processor/worker/processor.ts";

const settings = readSettings(processorSettingsSchema, process.env);
const pipeline = new URL("../../support/pipeline.ts", import.meta.url);
const log = openLog(settings.LOG_LEVEL, "processor");
const processor = await startProcessor(settings, { pipeline, edition: "fixture", log });
process.once("SIGTERM", () => void processor.stop().then(() => process.exit()));
