/** Discord's buckets: so many requests in so many milliseconds. */
const ROUTE = { most: 5, ms: 5000 };
const GLOBAL = { most: 50, ms: 1000 };

export interface Verdict {
  readonly headers: Record<string, string>;
  /** seconds to wait; the request is refused */
  readonly retryAfter?: number;
  readonly global?: boolean;
}

/** Counts requests as Discord does and refuses those above. */
export class RateLimits {
  readonly #seen = new Map<string, number[]>();

  /** @param bucket undefined for routes without a limit of their own */
  judge(bucket: string | undefined, countsGlobally: boolean): Verdict {
    const now = Date.now();
    if (countsGlobally && this.#count("global", GLOBAL.ms, now) >= GLOBAL.most) {
      return { headers: { "x-ratelimit-global": "true", "retry-after": "1" }, retryAfter: 1, global: true };
    }
    if (countsGlobally) this.#add("global", now);
    if (bucket === undefined) return { headers: {} };
    const used = this.#count(bucket, ROUTE.ms, now);
    const oldest = this.#seen.get(bucket)?.[0] ?? now;
    const resetAfter = Math.max(0, (oldest + ROUTE.ms - now) / 1000);
    const headers = {
      "x-ratelimit-limit": String(ROUTE.most),
      "x-ratelimit-remaining": String(Math.max(0, ROUTE.most - used - 1)),
      "x-ratelimit-reset": String((now / 1000 + resetAfter).toFixed(3)),
      "x-ratelimit-reset-after": resetAfter.toFixed(3),
      // One name for all channels: the client distinguishes them itself.
      "x-ratelimit-bucket": bucket.split(" ").slice(0, 2).join("-"),
    };
    if (used >= ROUTE.most)
      return { headers: { ...headers, "retry-after": resetAfter.toFixed(3) }, retryAfter: resetAfter };
    this.#add(bucket, now);
    return { headers };
  }

  #count(bucket: string, ms: number, now: number): number {
    const kept = (this.#seen.get(bucket) ?? []).filter((time) => time > now - ms);
    this.#seen.set(bucket, kept);
    return kept.length;
  }

  #add(bucket: string, now: number): void {
    this.#seen.set(bucket, [...(this.#seen.get(bucket) ?? []), now]);
  }
}
