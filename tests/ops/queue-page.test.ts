import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

const PASSWORD = "a-password-of-the-page";

const executablePath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(":").map((folder) => join(folder, name)))
  .find(existsSync);
if (!executablePath) console.warn("skipped: no Chromium on the PATH (Debian: apt-get install chromium)");

describe.skipIf(!hasRedis)("the queue page", () => {
  const stage = new Stage();
  let page: string;
  let browser: Browser | undefined;
  beforeAll(async () => {
    await stage.open();
    const port = await freePort();
    page = `http://127.0.0.1:${port}/queues/`;
    await stage.startBot({ BOT_STATUS_PORT: String(port), QUEUE_PAGE_TOKEN: PASSWORD });
    await stage.startProcessor();
    const asked = stage.discord.command({ by: stage.discord.person("ann") }, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(asked));
  });
  afterAll(async () => {
    await browser?.close();
    await stage.close();
  });

  const authorised = { authorization: `Basic ${Buffer.from(`me:${PASSWORD}`).toString("base64")}` };

  test("shows neither page nor data without the right password", async () => {
    const wrong = { authorization: `Basic ${Buffer.from("me:a-wrong-password").toString("base64")}` };
    for (const path of ["", "api/queues?activeQueue=transcribe", "static/favicon-32x32.png"]) {
      expect([path, (await fetch(page + path)).status]).toEqual([path, 401]);
      expect([path, (await fetch(page + path, { headers: wrong })).status]).toEqual([path, 401]);
    }
    expect((await fetch(page.slice(0, -1))).status).toBe(401);
  });

  test("shows jobs without their tokens, and nothing can be changed", async () => {
    const url = `${page}api/queues?activeQueue=transcribe&status=completed&page=1&jobsPerPage=10`;
    const text = await (await fetch(url, { headers: authorised })).text();
    expect(text).toContain("Test Song");
    const [job] = await stage.queues.transcribe.getCompleted();
    expect(job!.data).not.toHaveProperty("reply");
    expect(text).not.toMatch(/token/);
    const clean = await fetch(`${page}api/queues/transcribe/clean/completed`, { method: "PUT", headers: authorised });
    expect(clean.status).not.toBe(200);
    expect(await stage.queues.transcribe.getCompletedCount()).toBe(1);
  });

  test("shows the queue and its job in a browser", { skip: !executablePath }, async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
    const tab = await browser.newPage({ httpCredentials: { username: "me", password: PASSWORD } });
    const failures: string[] = [];
    tab.on("response", (response) => {
      if (response.status() >= 400 && response.status() !== 401)
        failures.push(`${response.status()} ${response.url()}`);
    });
    tab.on("pageerror", (error) => failures.push(String(error)));
    // The library's page asks for a font from elsewhere, which the policy forbids; nothing else may be forbidden.
    tab.on("console", (message) => {
      const text = message.text();
      if (/Content Security Policy/.test(text) && !/fonts\.googleapis\.com/.test(text)) failures.push(text);
    });
    await tab.goto(`${page}queue/transcribe?status=completed`);
    await tab.getByText("Completed").first().waitFor();
    const [job] = await stage.queues.transcribe.getCompleted();
    await tab.getByText(job!.id!).first().waitFor();
    expect(await tab.title()).toContain("GrooveSheet");
    expect(await tab.getByText("renotate").first().isVisible()).toBe(true);
    expect(failures).toEqual([]);
    if (process.env.SCREENSHOTS) await tab.screenshot({ path: join(process.env.SCREENSHOTS, "queue-page.png") });
  });

  test("forbids frames and content from elsewhere in every answer", async () => {
    for (const headers of [{}, authorised]) {
      const response = await fetch(page, { headers });
      expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(response.headers.get("x-frame-options")).toBe("DENY");
    }
  });

  test("lets an address wait that guesses too often, even with the right password", async () => {
    const port = await freePort();
    const other = await new Stage().open();
    await other.startBot({ BOT_STATUS_PORT: String(port), QUEUE_PAGE_TOKEN: PASSWORD });
    const ask = (password: string) =>
      fetch(`http://127.0.0.1:${port}/queues/`, {
        headers: { authorization: `Basic ${Buffer.from(`me:${password}`).toString("base64")}` },
      });
    for (let guess = 0; guess < 10; guess++) expect((await ask(`wrong-${guess}-password`)).status).toBe(401);
    const refused = await ask(PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await other.close();
  });

  test("does not exist if no password is set", async () => {
    const port = await freePort();
    const other = await new Stage().open();
    await other.startBot({ BOT_STATUS_PORT: String(port) });
    expect((await fetch(`http://127.0.0.1:${port}/queues/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await other.close();
  });
});
