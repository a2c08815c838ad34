import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEVICES } from "@groovesheet/jobs/devices.ts";
import { availableDevices, createSession } from "@groovesheet/processor/inference.ts";
import { afterAll, expect, test } from "vitest";

/** y = -x for one number. */
const GRAPH = "CAhCAhANOjIKCwoBeBIBeSIDTmVnEgFnWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAQ==";
const folder = mkdtempSync(join(tmpdir(), "groovesheet-inference-"));
const model = join(folder, "negation.onnx");
writeFileSync(model, Buffer.from(GRAPH, "base64"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a graph runs on tensors of float32", async () => {
  const session = await createSession(model, { devices: ["cpu"] });
  expect([session.device, session.inputs, session.outputs]).toEqual(["cpu", ["x"], ["y"]]);
  const outputs = await session.run({ x: { data: Float32Array.of(2.5), dims: [1] } });
  expect(outputs.y).toMatchObject({ data: Float32Array.of(-2.5), dims: [1] });
});

test("the same graph and options share one session", async () => {
  const [first, second] = [createSession(model, { devices: ["cpu"] }), createSession(model, { devices: ["cpu"] })];
  expect(await first).toBe(await second);
  expect(await createSession(model, { devices: ["cpu"], threads: 1 })).not.toBe(await first);
});

test("each missing device is skipped with a log line, and the next one is used", async () => {
  const states = await availableDevices();
  expect(states.map(({ device }) => device)).toEqual(DEVICES);
  expect(states.find(({ device }) => device === "cpu")?.missing).toBeUndefined();
  const lines: string[] = [];
  const session = await createSession(model, { devices: DEVICES, threads: 2, onLog: (line) => lines.push(line) });
  const usable = states.find(({ missing }) => missing === undefined)!.device;
  const before = states.slice(0, DEVICES.indexOf(usable));
  expect(session.device).toBe(usable);
  expect(lines).toEqual(before.map(({ device, missing }) => `${device} is skipped: ${missing}`));
});

test("no working device is a UserError", async ({ skip }) => {
  const missing = (await availableDevices()).filter((state) => state.missing !== undefined);
  if (missing.length === 0) skip("every device works here");
  const devices = missing.map(({ device }) => device);
  await expect(createSession(model, { devices })).rejects.toMatchObject({ code: "deviceUnavailable" });
});

test("a missing or broken file fails, and the failure is not cached", async () => {
  const later = join(folder, "later.onnx");
  await expect(createSession(later, { devices: ["cpu"] })).rejects.toThrow("there is no model");
  writeFileSync(later, "broken");
  await expect(createSession(later, { devices: ["cpu"] })).rejects.toThrow();
  writeFileSync(later, Buffer.from(GRAPH, "base64"));
  await expect(createSession(later, { devices: ["cpu"] })).resolves.toMatchObject({ device: "cpu" });
});
