import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { availableDevices } from "@groovesheet/processor/inference.ts";

/** Where browsers bring SwiftShader, a Vulkan driver in software. */
const SWIFTSHADER = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"]
  .map((folder) => join(folder, "libvk_swiftshader.so"))
  .find((path) => existsSync(path));

/** @returns whether WebGPU runs on a driver in software here */
export function isInSoftware(): boolean {
  return (process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES ?? "").includes("swiftshader");
}

/**
 * Points the Vulkan loader at SwiftShader unless variables name another driver. Has to be called before any network is loaded.
 *
 * @returns why WebGPU does not work here, undefined where it does
 */
export async function prepareWebGpu(): Promise<string | undefined> {
  if (!process.env.VK_DRIVER_FILES && !process.env.VK_ICD_FILENAMES) {
    if (SWIFTSHADER === undefined) return "there is no Vulkan driver (Debian's chromium brings one)";
    const folder = mkdtempSync(join(tmpdir(), "groovesheet-vulkan-"));
    const driver = join(folder, "swiftshader.json");
    const ICD = { library_path: SWIFTSHADER, api_version: "1.0.5" };
    writeFileSync(driver, JSON.stringify({ file_format_version: "1.0.0", ICD }));
    process.env.VK_ICD_FILENAMES = process.env.VK_DRIVER_FILES = driver; // the second name is newer
    process.env.XDG_RUNTIME_DIR ??= folder;
  }
  const { missing } = (await availableDevices()).find(({ device }) => device === "webgpu")!;
  return missing && `WebGPU does not work here: ${missing}`;
}
