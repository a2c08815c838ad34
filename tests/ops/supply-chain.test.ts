import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = (script: string) =>
  spawnSync("npm", ["run", "--silent", script], { cwd: root, encoding: "utf8", maxBuffer: 1e8 });

interface Manifest {
  readonly engines?: object;
  readonly allowScripts?: Record<string, boolean>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}
interface Lock {
  readonly packages: Record<
    string,
    {
      version?: string;
      resolved?: string;
      hasInstallScript?: boolean;
      dev?: boolean;
      integrity?: string;
      link?: boolean;
    }
  >;
}
const read = async <T>(name: string) => JSON.parse(await readFile(`${root}/${name}`, "utf8")) as T;

test("the lockfile pins every package by hash and names no host", async () => {
  const { packages } = await read<Lock>("package-lock.json");
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
  expect(installed.length).toBeGreaterThan(300);
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test("every version in the manifests is exact", async () => {
  for (const folder of [".", "bot", "cli", "jobs", "processor"]) {
    const { dependencies, devDependencies } = await read<Manifest>(`${folder}/package.json`);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/)]);
    }
  }
});

test("each production package with an install script is denied by name", async () => {
  const { packages } = await read<Lock>("package-lock.json");
  const { allowScripts, engines } = await read<Manifest>("package.json");
  const wanting = Object.entries(packages).filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev);
  const names = wanting.map(([path]) => path.split("node_modules/").at(-1)!);
  for (const name of names) expect([name, allowScripts?.[name]]).toEqual([name, false]);
  expect(engines).toEqual({ node: ">=20.20" });
});

test("the licence of each production package is reviewed", () => {
  const { status, stdout } = run("licences");
  expect([status, stdout.match(/NOT REVIEWED|not stated/g)]).toEqual([0, null]);
  expect(stdout).toMatch(/\nMIT: \d+\n/);
  expect(stdout).not.toMatch(/vitest|@biomejs/);
});

test("npm run sbom lists the production packages as CycloneDX", () => {
  const { status, stdout } = run("sbom");
  expect(status).toBe(0);
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; purl: string }[];
  };
  expect(bomFormat).toBe("CycloneDX");
  expect(components.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["discord.js", "onnxruntime-node", "bullmq"]),
  );
  expect(components.every(({ purl }) => purl.startsWith("pkg:npm/"))).toBe(true);
});
