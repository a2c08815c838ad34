/** A processor with the fixture's pipeline, in a process of its own that may be killed. */
import { openLog } from "../../jobs/log.ts";
import { processorSettingsSchema, readSettings } from "../../jobs/settings.ts";
import { startProcessor } from "../../processor/worker/processor.ts";

const settings = readSettings(processorSettingsSchema, process.env);
await startProcessor(settings, {
  pipeline: new URL("../support/pipeline.ts", import.meta.url),
  edition: "fixture",
  log: openLog(settings.LOG_LEVEL, "processor"),
});
