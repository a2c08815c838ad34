import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { DEVICES, type Device } from "@groovesheet/jobs/devices.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import * as ort from "onnxruntime-node";
import { type Session, type Tensor, withFallback } from "./session.ts";

export interface SessionOptions {
  /** in the order of preference */
  readonly devices: readonly Device[];
  /** threads of the CPU; all that the process may use by default */
  readonly threads?: number | undefined;
  /** one line for each device that was skipped */
  readonly onLog?: ((line: string) => void) | undefined;
}

ort.env.logLevel = "fatal"; // what goes wrong is thrown too, with the same words

/** Sessions leak what they hold when they are released (microsoft/onnxruntime#25325): one a model, kept for good. */
const sessions = new Map<string, Promise<Session>>();

/**
 * Loads a network on the first device of the list that works; a second call with the same options gives the same one.
 *
 * @param model path of an ONNX file
 * @throws UserError deviceUnavailable where none of the devices works; Error where the file cannot be read
 */
export function createSession(model: string, options: SessionOptions): Promise<Session> {
  const key = JSON.stringify([model, options.devices, options.threads]);
  const known = sessions.get(key);
  if (known) return known;
  const created = load(model, options);
  sessions.set(key, created);
  created.catch(() => sessions.delete(key));
  return created;
}

async function load(model: string, options: SessionOptions): Promise<Session> {
  if (!existsSync(model)) throw new Error(`there is no model ${model}`);
  return withFallback(await openFirst(model, options), ({ device }, error) => {
    missingReasons.set(device, Promise.resolve(`it failed: ${causeOf(error.message)}`));
    return openFirst(model, options);
  });
}

async function openFirst(model: string, options: SessionOptions): Promise<Session> {
  for (const device of options.devices) {
    const opened = (await whyMissing(device)) ?? (await openOn(device, model, options));
    if (typeof opened !== "string") return opened;
    options.onLog?.(`${device} is skipped: ${opened}`);
  }
  throw new UserError("deviceUnavailable", {
    devices: options.devices.join(", "),
    advice: "Add cpu to the list; `groovesheet doctor` shows what is missing.",
  });
}

/** @returns why it does not work, where another device may do better: a GPU whose memory is full, say */
async function openOn(device: Device, model: string, options: SessionOptions): Promise<Session | string> {
  try {
    return wrap(await ort.InferenceSession.create(model, runtimeOptions(device, options)), device);
  } catch (error) {
    if (device === "cpu") throw error;
    return causeOf((error as Error).message);
  }
}

function runtimeOptions(device: Device, options: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"], // the CPU takes operators that the device lacks
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: "0" } } }, // threads that wait would keep a core busy
    // what a run needs is given back at once: kept for the next one, it is held until the process ends
    enableCpuMemArena: false,
    enableMemPattern: false,
    graphOptimizationLevel: "extended", // what is left out lays tensors out anew, at the cost of memory
    logSeverityLevel: 4,
  };
}

function wrap(session: ort.InferenceSession, device: Device): Session {
  return {
    device,
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, { data, dims }]) => [
        name,
        new ort.Tensor("float32", data, dims),
      ]);
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, asTensor(name, tensor)]));
    },
  };
}

function asTensor(name: string, tensor: ort.Tensor): Tensor {
  if (tensor.type !== "float32") throw new Error(`output ${name} is ${tensor.type}, not float32`);
  return { data: tensor.data as Float32Array, dims: tensor.dims };
}

export interface DeviceState {
  readonly device: Device;
  /** undefined where the device works, else why it does not, in a few words */
  readonly missing: string | undefined;
}

/** Each device and whether a network runs on it here. */
export async function availableDevices(): Promise<readonly DeviceState[]> {
  const states: DeviceState[] = [];
  for (const device of DEVICES) states.push({ device, missing: await whyMissing(device) });
  return states;
}

/** Version of the runtime and the devices that this build of it knows. */
export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

const missingReasons = new Map<Device, Promise<string | undefined>>();

function whyMissing(device: Device): Promise<string | undefined> {
  const known = missingReasons.get(device) ?? tryDevice(device);
  missingReasons.set(device, known);
  return known;
}

async function tryDevice(device: Device): Promise<string | undefined> {
  const absent = missingParts(device);
  if (absent !== undefined) return absent;
  try {
    const options = { executionProviders: [device], logSeverityLevel: 4 } as const;
    const session = await ort.InferenceSession.create(NEGATION, options);
    const { y } = await session.run({ x: new ort.Tensor("float32", new Float32Array([3]), [1]) });
    return y?.data[0] === -3 ? undefined : "it computes wrongly";
  } catch (error) {
    return causeOf((error as Error).message);
  }
}

/** Found without native code, which writes pages of its own to standard error where a part is missing. */
function missingParts(device: Device): string | undefined {
  if (device === "cpu" || process.platform !== "linux") return undefined;
  if (device === "webgpu") {
    return hasGraphics() ? undefined : "this machine has no graphics device";
  }
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const library = join(root, "bin", "napi-v6", process.platform, process.arch, "libonnxruntime_providers_cuda.so");
  return existsSync(library) ? undefined : "the CUDA library of onnxruntime is not installed";
}

/** A device of the kernel, or a driver that is named by variables of the Vulkan loader, as one in software is. */
function hasGraphics(): boolean {
  const drivers = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES"].flatMap(
    (name) => process.env[name]?.split(delimiter) ?? [],
  );
  if (drivers.some((path) => existsSync(path))) return true;
  const nodes = (folder: string, pattern: RegExp) =>
    existsSync(folder) && readdirSync(folder).some((name) => pattern.test(name));
  return nodes("/dev/dri", /^renderD/) || nodes("/dev", /^(nvidia\d|dxg$)/);
}

/** The runtime puts its source files before the cause; the last sentence is the cause. */
function causeOf(message: string): string {
  const line = message.trim().split("\n")[0]!;
  return (line.split(" was false. ").at(-1) ?? line).slice(0, 200);
}

/** The smallest ONNX graph there is, y = -x for one number: 58 bytes (opset 13). */
const NEGATION = Buffer.from(
  "CAhCAhANOjIKCwoBeBIBeSIDTmVnEgFnWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAQ==",
  "base64",
);
