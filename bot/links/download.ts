import { createWriteStream } from "node:fs";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { Agent, type Dispatcher, request } from "undici";
import { checkLink, isNamed, publicLookup } from "./address.ts";

export interface DownloadLimits {
  readonly megabytes: number;
  /** for all of it, redirects included */
  readonly seconds: number;
  readonly privateHosts: readonly string[];
}

export interface Download {
  /** as the server calls the file */
  readonly name: string;
  readonly bytes: number;
  readonly contentType: string;
}

// undici is kept at discord.js's own version: two versions in one process share a global dispatcher and break each other.
const MAX_REDIRECTS = 5;
const guarded = new Agent({ connect: { lookup: publicLookup, timeout: 10_000 }, headersTimeout: 20_000 });
const open = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 20_000 });

/** The server answered with an error. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/**
 * Fetches a link that a stranger gave into a file, and nothing but a public address is ever asked.
 *
 * @throws UserError where the link, its size or its time is not within the limits
 */
export async function downloadLink(link: string, path: string, limits: DownloadLimits): Promise<Download> {
  const signal = AbortSignal.timeout(limits.seconds * 1000);
  try {
    let url = checkLink(link, limits.privateHosts);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await get(url, isNamed(url, limits.privateHosts) ? open : guarded, signal);
      const next = response.headers.location;
      if (response.statusCode < 300 || response.statusCode >= 400 || typeof next !== "string") {
        return await save(response, url, path, limits);
      }
      discard(response);
      url = checkLink(new URL(next, url), limits.privateHosts);
    }
    throw new UserError("linkTooManyRedirects", { maximum: MAX_REDIRECTS });
  } catch (error) {
    throw explain(error, signal, limits);
  }
}

/**
 * Fetches an attachment from Discord's own servers.
 *
 * @throws StatusError, UserError
 */
export async function downloadAttachment(link: string, path: string, limits: DownloadLimits): Promise<Download> {
  const signal = AbortSignal.timeout(limits.seconds * 1000);
  try {
    const url = new URL(link);
    return await save(await get(url, open, signal), url, path, limits);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw explain(error, signal, limits);
  }
}

function get(url: URL, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const headers = { "accept-encoding": "identity", "user-agent": "GrooveSheet", accept: "audio/*,video/*,*/*;q=0.5" };
  return request(url, { dispatcher, signal, headers, bodyTimeout: 20_000 });
}

async function save(
  response: Dispatcher.ResponseData,
  url: URL,
  path: string,
  limits: DownloadLimits,
): Promise<Download> {
  const stated = Number(response.headers["content-length"] ?? 0);
  const refuse = (error: Error) => {
    discard(response);
    throw error;
  };
  if (response.statusCode >= 300) refuse(new StatusError(response.statusCode));
  if (stated > limits.megabytes * 1e6) refuse(tooLarge(stated, limits));
  const counter = { bytes: 0 };
  await pipeline(response.body, (body: Readable) => counted(body, limits, counter), createWriteStream(path));
  const contentType = String(response.headers["content-type"] ?? "");
  return { name: fileName(response, url), bytes: counter.bytes, contentType };
}

/** Closes the connection of an answer that is not read; the error that this makes is expected. */
function discard(response: Dispatcher.ResponseData): void {
  response.body.on("error", () => {}).destroy();
}

async function* counted(body: Readable, limits: DownloadLimits, counter: { bytes: number }): AsyncIterable<Buffer> {
  for await (const chunk of body as AsyncIterable<Buffer>) {
    counter.bytes += chunk.length;
    if (counter.bytes > limits.megabytes * 1e6) throw tooLarge(counter.bytes, limits);
    yield chunk;
  }
}

function tooLarge(bytes: number, limits: DownloadLimits): UserError {
  return new UserError("fileTooLarge", { megabytes: Math.ceil(bytes / 1e6), maximum: limits.megabytes });
}

function fileName(response: Dispatcher.ResponseData, url: URL): string {
  const disposition = String(response.headers["content-disposition"] ?? "");
  const encoded = /filename\*=(?:UTF-8|utf-8)''([^;]+)/.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/.exec(disposition)?.[1];
  const name = encoded ?? plain ?? basename(url.pathname);
  try {
    return decodeURIComponent(name) || "recording";
  } catch {
    return name;
  }
}

/** What the person is told of a fault on the way; what is inside our network is never described. */
function explain(error: unknown, signal: AbortSignal, limits: DownloadLimits): Error {
  if (error instanceof UserError) return error;
  if (signal.aborted) return new UserError("downloadTimeout", { seconds: limits.seconds });
  if (error instanceof StatusError) return new UserError("linkUnreachable", { reason: error.message });
  const cause = error instanceof Error && error.cause instanceof UserError ? error.cause : undefined;
  if (cause) return cause;
  const code = (error as { code?: unknown }).code;
  return new UserError("linkUnreachable", { reason: typeof code === "string" ? code : "ECONNRESET" });
}
