/**
 * Checks the environment for `npm start` before anything is started: names every wrong setting of both processes, or
 * prints which settings belong to one of them alone.
 */
import { botSettingsSchema, processorSettingsSchema, readSettings, SettingsError } from "@groovesheet/jobs/settings.ts";

const schemas = { bot: botSettingsSchema, processor: processorSettingsSchema };
const lines = Object.values(schemas).flatMap((schema) => {
  try {
    readSettings(schema, process.env);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split("\n");
  }
});
if (lines.length > 0) {
  console.error([...new Set(lines)].join("\n"));
  process.exitCode = 2;
} else {
  const own = (mine: keyof typeof schemas, other: keyof typeof schemas) =>
    Object.keys(schemas[mine].shape).filter((name) => !(name in schemas[other].shape));
  console.log(JSON.stringify({ bot: own("bot", "processor"), processor: own("processor", "bot") }));
}
