import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { Agent, type Dispatcher, request } from "undici";
import { checkLink, isNamed, publicLookup } from "./address.ts";
import { downloadName } from "./file-name.ts";
import { type Throughput, type ThroughputWatch, watchThroughput } from "./throughput.ts";

export interface DownloadLimits {
  readonly megabytes: number;
  /** for all of it, redirects included */
  readonly seconds: number;
  readonly privateHosts: readonly string[];
  /** a link that is slower is given up, for its slot is needed by others; absent: any speed will do */
  readonly minimum?: Throughput;
  /** ends the download */
  readonly signal?: AbortSignal;
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
  const watch = limits.minimum && watchThroughput(limits.minimum);
  const signals = signalsOf(limits, watch);
  try {
    let url = checkLink(link, limits.privateHosts);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await get(url, isNamed(url, limits.privateHosts) ? open : guarded, signals.any);
      const next = response.headers.location;
      if (response.statusCode < 300 || response.statusCode >= 400 || typeof next !== "string") {
        return await save(response, url, path, limits, watch);
      }
      discard(response);
      url = checkLink(new URL(next, url), limits.privateHosts);
    }
    throw new UserError("linkTooManyRedirects", { maximum: MAX_REDIRECTS });
  } catch (error) {
    throw explain(error, signals, limits);
  } finally {
    watch?.close();
  }
}

/**
 * Fetches an attachment from Discord's own servers.
 *
 * @throws StatusError, UserError
 */
export async function downloadAttachment(link: string, path: string, limits: DownloadLimits): Promise<Download> {
  const signals = signalsOf(limits, undefined);
  try {
    const url = new URL(link);
    return await save(await get(url, open, signals.any), url, path, limits);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw explain(error, signals, limits);
  }
}

/** The reasons for which a download may be ended, and all of them together. */
interface Signals {
  readonly timeout: AbortSignal;
  readonly stalled: AbortSignal | undefined;
  readonly caller: AbortSignal | undefined;
  readonly any: AbortSignal;
}

function signalsOf({ seconds, signal }: DownloadLimits, watch: ThroughputWatch | undefined): Signals {
  const timeout = AbortSignal.timeout(seconds * 1000);
  const any = AbortSignal.any([timeout, watch?.signal, signal].filter((each) => each !== undefined));
  return { timeout, stalled: watch?.signal, caller: signal, any };
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
  watch?: ThroughputWatch,
): Promise<Download> {
  const stated = Number(response.headers["content-length"] ?? 0);
  const refuse = (error: Error) => {
    discard(response);
    throw error;
  };
  if (response.statusCode >= 300) refuse(new StatusError(response.statusCode));
  if (stated > limits.megabytes * 1e6) refuse(tooLarge(stated, limits));
  watch?.begin();
  const counter = { bytes: 0 };
  await pipeline(response.body, (body: Readable) => counted(body, limits, counter, watch), createWriteStream(path));
  const contentType = String(response.headers["content-type"] ?? "");
  return {
    name: downloadName(String(response.headers["content-disposition"] ?? ""), url),
    bytes: counter.bytes,
    contentType,
  };
}

/** Closes the connection of an answer that is not read; the error that this makes is expected. */
function discard(response: Dispatcher.ResponseData): void {
  response.body.on("error", () => {}).destroy();
}

async function* counted(
  body: Readable,
  limits: DownloadLimits,
  counter: { bytes: number },
  watch: ThroughputWatch | undefined,
): AsyncIterable<Buffer> {
  for await (const chunk of body as AsyncIterable<Buffer>) {
    counter.bytes += chunk.length;
    watch?.add(chunk.length);
    if (counter.bytes > limits.megabytes * 1e6) throw tooLarge(counter.bytes, limits);
    yield chunk;
  }
}

function tooLarge(bytes: number, limits: DownloadLimits): UserError {
  return new UserError("fileTooLarge", { megabytes: Math.ceil(bytes / 1e6), maximum: limits.megabytes });
}

/** @returns the error for a failed connection; it never describes the internal network */
function explain(error: unknown, { timeout, stalled, caller }: Signals, limits: DownloadLimits): Error {
  if (error instanceof UserError) return error;
  if (caller?.aborted) return caller.reason as Error;
  if (stalled?.aborted) return new UserError("linkStalled");
  if (timeout.aborted) return new UserError("downloadTimeout", { seconds: limits.seconds });
  if (error instanceof StatusError) return new UserError("linkUnreachable", { reason: error.message });
  const cause = error instanceof Error && error.cause instanceof UserError ? error.cause : undefined;
  if (cause) return cause;
  const code = (error as { code?: unknown }).code;
  return new UserError("linkUnreachable", { reason: typeof code === "string" ? code : "ECONNRESET" });
}
