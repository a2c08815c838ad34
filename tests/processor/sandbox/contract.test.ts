import * as pipeline from "@groovesheet/processor/pipeline.ts";
import type { Pipeline } from "@groovesheet/processor/sandbox/contract.ts";
import { expect, test } from "vitest";

test("GIVEN the real pipeline THEN it is what the worker asks for", () => {
  const asked: Pipeline = pipeline;
  expect(Object.keys(asked)).toEqual(expect.arrayContaining(["transcribe", "renotate"]));
});
