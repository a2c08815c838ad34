import type { IncomingMessage, ServerResponse } from "node:http";
import type { RateLimits } from "./limits.ts";
import type { Call, Discord } from "./message-routes.ts";
import type { Exchange } from "./openapi.ts";
import { Refusal } from "./refusal.ts";
import { answer, bucketOf } from "./rest.ts";
import type { World } from "./world.ts";

export interface RequestRecord extends Exchange {
  /** milliseconds since 1970 */
  readonly at: number;
}

/** Requests that are refused on demand. */
export interface Failure {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  readonly code: number;
  times: number;
  /** which of the requests; all where absent */
  readonly when?: ((call: Call) => boolean) | undefined;
}

export interface Served {
  readonly discord: Discord;
  readonly token: string;
  readonly limits: RateLimits;
  /** every request is written down here */
  readonly requests: RequestRecord[];
  /** names of files that were sent */
  readonly fileNames: string[];
  readonly failures: readonly Failure[];
}

/** Answers one HTTP request: a file, or a call of the interface. */
export async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, served.discord.origin());
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (url.pathname.startsWith("/attachments/")) return serveFile(served.discord.world, url, response);
  const path = decodeURIComponent(url.pathname).replace(/^\/api\/v10/, "");
  const call = await readCall(request, path, url, Buffer.concat(chunks));
  served.fileNames.push(...[...call.files.values()].map(({ name }) => name));
  const { status, headers, body } = judge(served, request, call);
  const about = { query: Object.fromEntries(call.query), body: call.body, response: body };
  served.requests.push({ method: call.method, path, status, ...about, at: Date.now() });
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function judge(
  { discord, token, limits, failures }: Served,
  request: IncomingMessage,
  call: Call,
): { status: number; headers: Record<string, string>; body?: object } {
  const open = /^\/(webhooks|interactions)\//.test(call.path);
  if (!open && request.headers.authorization !== `Bot ${token}`) {
    return { status: 401, headers: {}, body: { message: "401: Unauthorized", code: 0 } };
  }
  const verdict = limits.judge(bucketOf(call), !open);
  if (verdict.retryAfter !== undefined) {
    const body = {
      message: "You are being rate limited.",
      retry_after: verdict.retryAfter,
      global: verdict.global ?? false,
      code: 0,
    };
    return { status: 429, headers: verdict.headers, body };
  }
  try {
    const failure = failures.find(
      ({ method, path, times, when }) =>
        times > 0 && method === call.method && path.test(call.path) && (when?.(call) ?? true),
    );
    if (hasLoneSurrogate(call.body)) throw new Refusal(400, 50109, "The request body contains invalid JSON.");
    if (failure) {
      failure.times--;
      throw new Refusal(failure.status, failure.code, `${failure.status} on demand`);
    }
    const body = answer(discord, call);
    return body === undefined
      ? { status: 204, headers: verdict.headers }
      : { status: 200, headers: verdict.headers, body };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 429) {
      const body = { message: error.message, retry_after: 0.3, global: false, code: 0 };
      return { status: 429, headers: { ...verdict.headers, "retry-after": "0.3" }, body };
    }
    const { status, message, code, errors } = error;
    return { status, headers: verdict.headers, body: { message, code, ...(errors ? { errors } : {}) } };
  }
}

function serveFile(world: World, url: URL, response: ServerResponse): void {
  const file = world.files.get(decodeURIComponent(url.pathname));
  if (!file || !world.isSigned(url)) {
    response.writeHead(404).end("This content is no longer available.");
    return;
  }
  response.writeHead(200, { "content-type": file.type, "content-length": file.data.byteLength }).end(file.data);
}

async function readCall(request: IncomingMessage, path: string, url: URL, bytes: Buffer): Promise<Call> {
  const type = request.headers["content-type"] ?? "";
  const files = new Map<number, { name: string; type: string; data: Buffer }>();
  let body = {};
  if (type.startsWith("multipart/")) {
    const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
    for (const [key, value] of form) {
      if (key === "payload_json") body = JSON.parse(String(value));
      else if (value instanceof Blob) {
        const data = Buffer.from(await value.arrayBuffer());
        files.set(Number(/\d+/.exec(key)![0]), { name: (value as File).name, type: value.type, data });
      }
    }
  } else if (bytes.length) body = JSON.parse(bytes.toString());
  return { method: request.method!, path, query: url.searchParams, body: body as Call["body"], files };
}

/** Half of a character: Discord's parser takes no JSON with one. */
function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasLoneSurrogate);
}
