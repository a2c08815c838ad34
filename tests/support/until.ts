import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds. */
export async function until<T>(
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  ms = 15_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${look}`);
    await sleep(25);
  }
}
