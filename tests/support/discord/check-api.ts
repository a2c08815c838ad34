/**
 * `npm run discord-api [test files]`: runs the tests of the bot and holds every request to the local Discord, and what
 * it answers, against Discord's own OpenAPI description. The description is not part of this repository: it is read
 * from `../shared/discord/openapi.json` or the file that DISCORD_OPENAPI names.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ApiDescription, checkExchanges, type Exchange } from "./openapi.ts";

const file = resolve(process.env.DISCORD_OPENAPI ?? "../shared/discord/openapi.json");
if (!existsSync(file)) {
  console.log(`skipped: there is no ${file}`);
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), "groovesheet-discord-"));
try {
  const files = process.argv.slice(2);
  const { status } = spawnSync("npx", ["vitest", "run", ...(files.length ? files : ["tests/bot", "tests/ops"])], {
    stdio: "inherit",
    env: { ...process.env, DISCORD_CAPTURE: folder },
  });
  const exchanges = readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as Exchange);
  const { requests, responses, undescribed, problems } = checkExchanges(
    JSON.parse(readFileSync(file, "utf8")) as ApiDescription,
    exchanges,
  );
  const list = (title: string, counts: Readonly<Record<string, number>>) => {
    console.log(`${title}: ${Object.keys(counts).length}`);
    for (const [what, times] of Object.entries(counts)) console.log(`  ${times} × ${what}`);
  };
  console.log(`${exchanges.length} exchanges captured, ${requests} requests and ${responses} responses checked`);
  list("routes that the description lacks", undescribed);
  list("differences", problems);
  process.exitCode = status !== 0 || Object.keys(problems).length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
