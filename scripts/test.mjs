// npm test: installs what is missing, runs every check and test, and prints the counts in the last line.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { aptInstall, checkNode, ensureFfmpeg, ensurePackages, findProgram, root, say } from "./install.mjs";

/** Programs that the tests need besides FFmpeg (one of each list), with the Debian package that provides them. */
const TEST_PROGRAMS = [
  { names: ["redis-server"], package: "redis-server" },
  { names: ["mscore3", "musescore3", "mscore"], package: "musescore3" },
  { names: ["xvfb-run"], package: "xvfb" },
  { names: ["xauth"], package: "xauth" },
  { names: ["chromium", "chromium-browser", "google-chrome"], package: "chromium" },
  { names: ["musicxml2ly"], package: "lilypond" },
];

const FOLDERS = [
  "bot",
  "commands",
  "processor",
  "jobs",
  "models",
  "cli",
  "benchmarks",
  "reliability",
  "scripts",
  "tests",
];

checkNode();
ensurePackages({ dev: true });
ensureFfmpeg();
ensureTestPrograms();
ensureTestServers();

const parts = [
  check("formatter and linter", "@biomejs/biome/bin/biome", ["check", "."]),
  check("types", "typescript/bin/tsc", ["--noEmit"]),
  check("import rules", "dependency-cruiser/bin/dependency-cruise.mjs", [
    ...["--config", ".dependency-cruiser.cjs"],
    ...FOLDERS.filter((folder) => existsSync(join(root, folder))),
  ]),
  runVitest(),
  runPython(),
];
const passed = parts.reduce((sum, part) => sum + part.passed, 0);
const failed = parts.reduce((sum, part) => sum + part.failed, 0);
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);

/** Installs the programs; tests whose program is missing are skipped with a reason. */
function ensureTestPrograms() {
  const missing = TEST_PROGRAMS.filter(({ names }) => !names.some(findProgram)).map((program) => program.package);
  if (missing.length > 0 && !aptInstall(missing)) {
    say(`Missing, so that some tests are skipped: ${missing.join(", ")} (Debian: sudo apt-get install them).`);
  }
}

/** Installs servers that emulate object stores; maintained ones exist as Python packages only. */
function ensureTestServers() {
  const folder = join(root, ".cache", "test-servers");
  if (existsSync(join(folder, "complete"))) return;
  say("Installing servers for the tests of the object stores (once) ...");
  const run = (program, args) => spawnSync(program, args, { cwd: root, stdio: ["ignore", "ignore", 2] }).status === 0;
  const list = join(root, "tests", "support", "test-servers.txt");
  const made = run("python3", ["-m", "venv", folder]);
  if (made && run(join(folder, "bin", "pip"), ["install", "--quiet", "--requirement", list])) {
    writeFileSync(join(folder, "complete"), "");
  } else {
    say("They could not be installed, so that some tests are skipped (Debian: apt-get install python3-venv).");
  }
}

/** Runs a check, which counts as one test. */
function check(name, script, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  console.log(`${status === 0 ? "passed" : "FAILED"}: ${name}`);
  if (status !== 0) console.log(`${stdout}\n${stderr}`.trim());
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), "groovesheet-test-"));
  const file = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const script = join(root, "node_modules", "vitest", "vitest.mjs");
    const { status } = spawnSync(process.execPath, [script, "run", ...reporters], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (!existsSync(file)) return { passed: 0, failed: 1 };
    return countVitest(JSON.parse(readFileSync(file, "utf8")), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts the results; a file that cannot be loaded counts as one failed test, and so does a failure outside tests. */
function countVitest({ numPassedTests, numFailedTests, testResults }, status) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  for (const { name } of broken) console.log(`FAILED to load: ${relative(root, name)}`);
  const skipped = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "skipped" || status === "pending" || status === "todo")
      .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
  );
  for (const test of skipped) console.log(`skipped: ${test}`);
  const failed = numFailedTests + broken.length;
  return { passed: numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
}

/** Tests the training code if its virtual environment exists; it is never needed at run time. */
function runPython() {
  const folder = join(root, "models");
  const python = join(folder, "training", ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (!existsSync(python)) {
    console.log("skipped: tests of models/training (no virtual environment models/training/.venv, see its README)");
    return { passed: 0, failed: 0 };
  }
  const args = ["-m", "unittest", "discover", "-s", "training/tests", "-t", "."];
  const { status, stderr } = spawnSync(python, args, { cwd: folder, encoding: "utf8", maxBuffer: 1e8 });
  console.log(stderr.trim());
  const count = (pattern) => Number(pattern.exec(stderr)?.[1] ?? 0);
  const bad = count(/failures=(\d+)/) + count(/errors=(\d+)/);
  const failed = bad === 0 && status !== 0 ? 1 : bad;
  return { passed: Math.max(0, count(/^Ran (\d+) tests?/m) - count(/skipped=(\d+)/) - bad), failed };
}
