import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultView } from "@groovesheet/bot/messages/views/result-view.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleRequest, exampleResult } from "../support/example-job.ts";

describe("an answer with a drum tab", () => {
  let folder: string;
  let store: ObjectStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "groovesheet-tab-"));
    store = openLocalStore(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function view(tab: string) {
    await store.put("score.tab.txt", tab);
    const bytes = Buffer.byteLength(tab);
    const result: JobResult = {
      summary: exampleResult(2),
      artifacts: [{ key: "score.tab.txt", suffix: ".tab.txt", mediaType: "text/plain", bytes }],
      performanceKey: "performance.json",
      seconds: 1,
    };
    return resultView(store, exampleRequest(), result, 10_000_000);
  }

  test("when it is short, it is a block of code in the message", async () => {
    const { content, files } = await view("BD|o-------o-------|\n");
    expect(content).toMatch(/\n```\nBD\|o-------o-------\|\n```$/);
    expect(files).toEqual([]);
  });

  test("when it is long, or would end the block, it is a file", async () => {
    for (const tab of ["BD|o-------o-------|\n".repeat(100), "a title with ``` in it\n\nBD|o---|\n"]) {
      const { content, files } = await view(tab);
      expect(content).not.toContain("BD|");
      expect(files!.map(({ name }) => name)).toEqual(["Song.tab.txt"]);
    }
  });
});
