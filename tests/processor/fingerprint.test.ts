import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprint } from "@groovesheet/processor/fingerprint.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "groovesheet-fingerprint-"));
  for (const part of ["processor", "models/listener.json", "models/counter.json"]) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
});
afterAll(() => rm(copy, { recursive: true }));

test("GIVEN the same program elsewhere THEN it is the same fingerprint, with other tests too", async () => {
  await appendFile(join(copy, "processor/added.test.ts"), "//");
  expect(await fingerprint(copy)).toBe(await fingerprint());
});

test.each([
  "processor/notate/voices/beams.ts",
  "processor/track/track.ts",
  "processor/package.json",
  "models/counter.json",
])("GIVEN another %s THEN it is another fingerprint", async (path) => {
  const before = await fingerprint(copy);
  await appendFile(join(copy, path), "\n");
  expect(await fingerprint(copy)).not.toBe(before);
});
