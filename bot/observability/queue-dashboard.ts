import { createHash, timingSafeEqual } from "node:crypto";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { withoutSecrets } from "@groovesheet/jobs/log.ts";
import type { JobQueues } from "@groovesheet/jobs/queue/queues.ts";
import { getConnInfo } from "@hono/node-server/conninfo";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono, MiddlewareHandler } from "hono";
import { basicAuth } from "hono/basic-auth";
import { secureHeaders } from "hono/secure-headers";
import { RateLimiterMemory } from "rate-limiter-flexible";

const PATH = "/queues";

/** wrong passwords from one address in a minute; then the address waits as long */
const GUESSES = 10;
const GUESS_SECONDS = 60;

/** The page loads nothing from elsewhere, sends nothing elsewhere and appears in no frame. */
const HEADERS = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"], // the page's own library writes styles into elements
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'none'"],
    baseUri: ["'self'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
};

/**
 * A page that shows the queues and their jobs to everyone who knows the password; the user name does not matter. It
 * changes nothing: `/queue` does that, and it knows whom a job belongs to.
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
  const guards = [secureHeaders(HEADERS), throttle(), passwordGuard(password)];
  for (const path of [PATH, `${PATH}/*`]) app.use(path, ...guards);
  app.route(PATH, server.registerPlugin());
}

/** Counts wrong passwords by address, and refuses an address that guessed too often, whatever it sends. */
function throttle(): MiddlewareHandler {
  const guesses = new RateLimiterMemory({ points: GUESSES, duration: GUESS_SECONDS });
  return async (context, next) => {
    const address = getConnInfo(context).remote.address ?? "unknown";
    const known = await guesses.get(address);
    if (known && known.remainingPoints <= 0) {
      context.header("retry-after", String(Math.ceil(known.msBeforeNext / 1000)));
      return context.text("Too many wrong passwords. Try again in a minute.", 429);
    }
    await next();
    const isGuess = context.res.status === 401 && context.req.header("authorization") !== undefined;
    if (isGuess) await guesses.consume(address).catch(() => {}); // the last one allowed
    return undefined;
  };
}

function passwordGuard(password: string): MiddlewareHandler {
  return basicAuth({ verifyUser: (_, given) => isSame(given, password), realm: "GrooveSheet" });
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
