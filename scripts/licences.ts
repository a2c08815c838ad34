/**
 * Lists the licences of all run-time packages in the lockfile: `npm run licences`. The exit code is 1 if a package has a
 * licence that has not been reviewed.
 */
import { spawnSync } from "node:child_process";
import { z } from "zod";

/** Licences that only require their text in copies. */
const PERMISSIVE = ["MIT", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Python-2.0", "(MIT OR CC0-1.0)"];

/** Licences that require more, and why the requirement is met. */
const REVIEWED: Readonly<Record<string, string>> = {
  "MIT AND OFL-1.1": "a font; it goes into pages under its own licence",
  "MPL-2.0": "used as it is; its sources are where the package says",
  "LGPL-3.0-or-later": "used as it is, as a file of its own that can be replaced",
  "GPL-3.0-or-later": "optional; FFmpeg runs as a program of its own and is not part of ours",
};

/** Packages that state their licence only in a file. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  "parse-cache-control@1.0.1": "BSD-3-Clause",
  "png-js@2.0.0": "MIT",
};

const schema = z.object({
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      licenses: z
        .array(
          z.object({
            expression: z.string().optional(),
            license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
          }),
        )
        .default([]),
    }),
  ),
});

const list = ["sbom", "--package-lock-only", "--omit", "dev", "--sbom-format", "cyclonedx"];
const { status, stdout, stderr } = spawnSync("npm", list, { encoding: "utf8", maxBuffer: 1e8 });
if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
const packages = new Map<string, string[]>();
for (const { name, version, licenses } of schema.parse(JSON.parse(stdout)).components) {
  const said = licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name).join(" AND ");
  const licence = said || READ_BY_HAND[`${name}@${version}`] || "not stated";
  packages.set(licence, [...(packages.get(licence) ?? []), `${name}@${version}`]);
}

for (const [licence, names] of [...packages].toSorted(([, a], [, b]) => b.length - a.length)) {
  const known = PERMISSIVE.includes(licence) ? "" : ` (${REVIEWED[licence] ?? "NOT REVIEWED"})`;
  console.log(`\n${licence}: ${names.length}${known}\n  ${names.toSorted().join(" ")}`);
  if (!PERMISSIVE.includes(licence) && REVIEWED[licence] === undefined) process.exitCode = 1;
}
console.log(`\n${[...packages.values()].flat().length} packages`);
