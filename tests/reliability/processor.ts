/** A processor with the fixture's pipeline, in a process of its own that may be killed. */
import { openLog } from "@groovesheet/jobs/log.ts";
import { processorSettingsSchema, readSettings } from "@groovesheet/jobs/settings.ts";
import { startProcessor } from "@groovesheet/processor/worker/processor.ts";

const settings = readSettings(processorSettingsSchema, process.env);
await startProcessor(settings, {
  pipeline: new URL("../support/pipeline.ts", import.meta.url),
  fingerprint: "fixture",
  log: openLog(settings.LOG_LEVEL, "processor"),
});
