import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withoutSecrets } from "@groovesheet/jobs/log.ts";
import { readFailure, writeFailure } from "@groovesheet/jobs/result.ts";
import { botSettingsSchema, loadDotEnv, processorSettingsSchema, readSettings } from "@groovesheet/jobs/settings.ts";
import { afterAll, describe, expect, test } from "vitest";

const token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB";

describe("the file .env", () => {
  const file = join(mkdtempSync(join(tmpdir(), "groovesheet-env-")), ".env");
  writeFileSync(
    file,
    `DISCORD_TOKEN=${token}\nQUEUE_PAGE_TOKEN=page\nCONCURRENCY=2\nKEEP_DAYS=7\nAWS_REGION=x\nLOG_LEVEL=warn`,
  );
  afterAll(() => rmSync(dirname(file), { recursive: true }));

  test("gives a processor its own settings and what no process of ours owns, but no token", () => {
    const environment = { LOG_LEVEL: "info" };
    loadDotEnv(processorSettingsSchema, file, environment);
    expect(environment).toEqual({ LOG_LEVEL: "info", CONCURRENCY: "2", KEEP_DAYS: "7", AWS_REGION: "x" });
  });

  test("gives the bot its token and no setting of a processor", () => {
    const environment = {};
    loadDotEnv(botSettingsSchema, file, environment);
    expect(environment).toMatchObject({ DISCORD_TOKEN: token, KEEP_DAYS: "7" });
    expect(environment).not.toHaveProperty("CONCURRENCY");
  });

  test("may be absent", () => {
    const environment = {};
    loadDotEnv(botSettingsSchema, "/nowhere/.env", environment);
    expect(environment).toEqual({});
  });
});

describe("settings", () => {
  test("everything but the token has a default", () => {
    const settings = readSettings(botSettingsSchema, { DISCORD_TOKEN: token, OWNER_IDS: " 1, 2 ," });
    expect(settings).toMatchObject({ REDIS_URL: "redis://127.0.0.1:6379", OWNER_IDS: ["1", "2"], KEEP_DAYS: 30 });
  });

  test("says in one line where to get a missing token", () => {
    expect(() => readSettings(botSettingsSchema, {})).toThrow(/^DISCORD_TOKEN is missing: .*developer portal.*$/);
  });

  test("reports several wrong settings, one line each, without their values", () => {
    const environment = { DISCORD_TOKEN: "geheim", MAX_FILE_MB: "-3", REDIS_URL: "http://user:pw@host" };
    expect(() => readSettings(botSettingsSchema, environment)).toThrow(/DISCORD_TOKEN.*\n|MAX_FILE_MB/);
    expect(() => readSettings(botSettingsSchema, environment)).not.toThrow(/geheim|pw@host/);
  });

  test("the processor does not start with an unknown device", () => {
    expect(() => readSettings(processorSettingsSchema, { DEVICES: "cpu,abacus" })).toThrow(/DEVICES/);
  });
});

describe("logs", () => {
  test("keeps secrets out of the log", () => {
    const text = [
      "GET https://cdn.discordapp.com/attachments/1/2/a.mp3?ex=66&is=65&hm=abcdef",
      "PATCH https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246MTIz/messages/@original",
      "redis://user:password@host:6379",
      `Bot ${token}`,
    ].join("\n");
    const shown = withoutSecrets(text);
    for (const secret of ["hm=", "aW50ZXJhY3Rpb246MTIz", "password", token]) expect(shown).not.toContain(secret);
    expect(shown).toContain("https://cdn.discordapp.com/attachments/1/2/a.mp3");
  });
});

describe("failures", () => {
  test("reads failures back from the queue, including those that BullMQ wrote", () => {
    const failure = { code: "audioTooLong", facts: { maximum: 20 } };
    expect(readFailure(writeFailure(failure))).toEqual(failure);
    expect(readFailure("job stalled more than allowable limit")).toEqual({ code: "crashed", facts: {} });
    expect(readFailure(undefined)).toEqual({ code: "internal", facts: {} });
  });
});
