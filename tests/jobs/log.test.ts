import { withoutSecrets } from "@groovesheet/jobs/log.ts";
import { expect, test } from "vitest";

test("removes secrets from texts", () => {
  const token = "MTAwMDAwMDAwMDAwMDAwMDAx.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB";
  expect(withoutSecrets(`Bot ${token}!`)).toBe("Bot …!");
  expect(withoutSecrets("redis://me:secret@host:6379")).toBe("redis://host:6379");
  expect(withoutSecrets("https://cdn/a.mp3?ex=1&hm=2 x")).toBe("https://cdn/a.mp3?… x");
  expect(withoutSecrets("/webhooks/123/abcdef/messages")).toBe("/webhooks/123/…/messages");
});

test("cuts an endless text in linear time", () => {
  const timed = (length: number) => {
    const text = "x".repeat(length);
    const startedAt = performance.now();
    expect(withoutSecrets(text).length).toBeLessThanOrEqual(8000);
    return performance.now() - startedAt;
  };
  timed(8000);
  expect(timed(80_000)).toBeLessThan(20 * timed(8000) + 50);
});
