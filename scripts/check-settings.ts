/** Says what is wrong with the environment, for `npm start`, before anything is started. */
import { botSettingsSchema, processorSettingsSchema, readSettings, SettingsError } from "@groovesheet/jobs/settings.ts";

try {
  readSettings(botSettingsSchema, process.env);
  readSettings(processorSettingsSchema, process.env);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
