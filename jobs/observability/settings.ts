import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535).default(0);

/** Settings of the status ports. */
export const WATCH_SETTINGS = {
  /** address at which the status ports listen; 0.0.0.0 in a container */
  STATUS_HOST: z.string().min(1).default("127.0.0.1"),
};

export const BOT_WATCH_SETTINGS = {
  /** port of /healthz, /readyz, /metrics and the queue page; 0 for none */
  BOT_STATUS_PORT: port,
  /** password of the queue page at /queues/; without it the page is disabled */
  QUEUE_PAGE_TOKEN: z.string().min(16, "is too short: at least 16 characters").optional(),
};

export const PROCESSOR_WATCH_SETTINGS = {
  /** port of /healthz, /readyz and /metrics; 0 for none */
  PROCESSOR_STATUS_PORT: port,
};
