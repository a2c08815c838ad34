/** The Discord process: `npm run bot`. */

import { openLog } from "@groovesheet/jobs/log.ts";
import { botSettingsSchema, loadDotEnv, readSettings, SettingsError } from "@groovesheet/jobs/settings.ts";
import { commands } from "../commands/index.ts";
import { startBot } from "./bot.ts";
import { StartError } from "./connection/start-error.ts";

/** the exit code after which a supervisor need not start the bot again: its operator has to do something first */
const OPERATOR_NEEDED = 2;

process.umask(0o077); // what the bot writes is nobody else's to read
try {
  loadDotEnv(botSettingsSchema);
  const settings = readSettings(botSettingsSchema, process.env);
  const bot = await startBot(settings, openLog(settings.LOG_LEVEL, "bot"), commands);
  let stopping: Promise<void> | undefined; // several signals may arrive
  const stop = (code: number) => {
    stopping ??= bot.stop();
    void stopping.finally(() => process.exit(code));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(0));
  void bot.disconnected.then((error) => {
    console.error(error.message);
    stop(OPERATOR_NEEDED);
  });
} catch (error) {
  if (!(error instanceof SettingsError) && !(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(OPERATOR_NEEDED);
}
