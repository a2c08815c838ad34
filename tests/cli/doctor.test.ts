import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { groovesheet } from "../support/command-line.ts";

test("doctor approves a good installation", async () => {
  const result = await groovesheet(["doctor"]);
  for (const name of [
    "Node",
    "FFmpeg",
    "Isolation",
    "CUDA",
    "CPU",
    "Listener",
    "Counter",
    "Fonts",
    "Separation",
    "Redis",
  ]) {
    expect(result.stdout).toMatch(new RegExp(`^(ok|--)  +${name} `, "m"));
  }
  expect([result.status, result.stderr]).toEqual([0, ""]);
});

test("doctor and transcribe say how to install a missing FFmpeg", async () => {
  const env = { PATH: "", FFMPEG_PATH: "/nowhere/ffmpeg" };
  const doctor = await groovesheet(["doctor", "--json"], { env });
  const { findings } = JSON.parse(doctor.stdout);
  expect(findings).toContainEqual({
    name: "FFmpeg",
    state: "wrong",
    text: "not found",
    advice: "FFMPEG_PATH names /nowhere/ffmpeg, which is not a program.",
  });
  expect(doctor.status).toBe(1);
  const transcribe = await groovesheet(["transcribe", import.meta.filename, "--out", "/tmp"], { env });
  expect(transcribe.stderr).toContain("doctor.test.ts: FFmpeg was not found. FFMPEG_PATH names /nowhere/ffmpeg");
  expect(transcribe.status).toBe(1);
});

test("doctor looks for a graphics driver that the Vulkan loader's variables name", async () => {
  const webgpu = async (path: string) => {
    const { stdout } = await groovesheet(["doctor", "--json"], {
      env: { VK_DRIVER_FILES: path, VK_ICD_FILENAMES: path },
    });
    return JSON.parse(stdout).findings.find(({ name }: { name: string }) => name === "WEBGPU");
  };
  if (!existsSync("/dev/dri")) expect((await webgpu("/nowhere.json")).text).toBe("this machine has no graphics device");
  const broken = await webgpu(import.meta.filename); // exists, but is no driver: it is tried, and fails
  expect(broken).toMatchObject({ state: "absent" });
  expect(broken.text).not.toBe("this machine has no graphics device");
});
