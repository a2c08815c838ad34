import { createHash, timingSafeEqual } from "node:crypto";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { withoutSecrets } from "@groovesheet/jobs/log.ts";
import type { JobQueues } from "@groovesheet/jobs/queues.ts";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";

const PATH = "/queues";

/**
 * A page that shows the queues and their jobs, for whoever knows the password; the name does not matter. It changes
 * nothing: `/queue` does that, which knows whom a job belongs to.
 */
export function mountQueuePage(app: Hono, queues: JobQueues, password: string): void {
  const adapters = Object.values(queues).map((queue) => {
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true });
    adapter.setFormatter("data", hideSecrets);
    return adapter;
  });
  const server = new HonoAdapter(serveStatic);
  server.setBasePath(PATH);
  createBullBoard({ queues: adapters, serverAdapter: server, options: { uiConfig: { boardTitle: "GrooveSheet" } } });
  const guard = basicAuth({ verifyUser: (_, given) => isSame(given, password), realm: "GrooveSheet" });
  app.use(PATH, guard);
  app.use(`${PATH}/*`, guard);
  app.route(PATH, server.registerPlugin());
}

/** Neither the token with which a message is answered nor the signature of an address is for a page. */
function hideSecrets(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data ?? null, (key, value: unknown) => {
      if (key === "token") return "…";
      return typeof value === "string" ? withoutSecrets(value) : value;
    }),
  );
}

/** Takes the same time whatever differs. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
