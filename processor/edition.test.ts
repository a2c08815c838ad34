import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { edition } from "./edition.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "groovesheet-edition-"));
  for (const part of ["processor", "models/listener.json", "models/counter.json"]) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
});
afterAll(() => rm(copy, { recursive: true }));

test("GIVEN the same program elsewhere THEN it is the same edition, with other tests too", async () => {
  await appendFile(join(copy, "processor/edition.test.ts"), "//");
  expect(await edition(copy)).toBe(await edition());
});

test.each(["processor/notate/beams.ts", "processor/track/track.ts", "processor/package.json", "models/counter.json"])(
  "GIVEN another %s THEN it is another edition",
  async (path) => {
    const before = await edition(copy);
    await appendFile(join(copy, path), "\n");
    expect(await edition(copy)).not.toBe(before);
  },
);
