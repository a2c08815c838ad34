/** The Discord process: `npm run bot`. */

import { openLog } from "@groovesheet/jobs/log.ts";
import { botSettingsSchema, loadDotEnv, readSettings, SettingsError } from "@groovesheet/jobs/settings.ts";
import { commands } from "../commands/index.ts";
import { startBot } from "./bot.ts";
import { StartError } from "./start-error.ts";

try {
  loadDotEnv(botSettingsSchema);
  const settings = readSettings(botSettingsSchema, process.env);
  const bot = await startBot(settings, openLog(settings.LOG_LEVEL, "bot"), commands);
  let stopping: Promise<void> | undefined; // a terminal and whoever started it may both ask
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stopping ??= bot.stop();
      void stopping.then(() => process.exit());
    });
  }
} catch (error) {
  if (!(error instanceof SettingsError) && !(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(2);
}
