import * as pipeline from "@groovesheet/processor/pipeline.ts";
import type { Pipeline } from "@groovesheet/processor/sandbox/messages.ts";
import { expect, test } from "vitest";

test("the real pipeline has the functions that the child process calls", () => {
  const asked: Pipeline = pipeline;
  expect(Object.keys(asked)).toEqual(expect.arrayContaining(["transcribe", "renotate"]));
});
