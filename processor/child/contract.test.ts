import { expect, test } from "vitest";
import * as pipeline from "../pipeline.ts";
import type { Pipeline } from "./contract.ts";

test("GIVEN the real pipeline THEN it is what the worker asks for", () => {
  const asked: Pipeline = pipeline;
  expect(Object.keys(asked)).toEqual(expect.arrayContaining(["transcribe", "renotate"]));
});
