// npm run transcribe -- [FILE ...]: installs what is missing, then runs `groovesheet transcribe`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkNode, ensureFfmpeg, ensurePackages, root } from "./install.mjs";

checkNode();
ensurePackages({ dev: false });
ensureFfmpeg();

process.on("SIGINT", () => {}); // the command line gets the signal too and stops cleanly
const { status } = spawnSync(
  process.execPath,
  [join(root, "cli", "groovesheet.mjs"), "transcribe", ...example(), ...process.argv.slice(2)],
  { stdio: "inherit", cwd: process.env.INIT_CWD ?? process.cwd() },
);
process.exitCode = status ?? 1;

/** @returns arguments that name the example, used if no file is given */
function example() {
  const folder = join(root, "examples");
  if (!existsSync(folder)) return [];
  const file = readdirSync(folder)
    .sort()
    .find((name) => /\.(flac|ogg|mp3)$/.test(name));
  return file === undefined ? [] : ["--example", join(folder, file)];
}
