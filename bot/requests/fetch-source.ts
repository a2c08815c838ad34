import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { temporaryFolder } from "@groovesheet/jobs/processes/temporary.ts";
import type { Origin, Source, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { sourceKey } from "@groovesheet/jobs/stores/results.ts";
import { hashFile } from "@groovesheet/jobs/stores/store.ts";
import { checkLink } from "../links/address.ts";
import { type DownloadLimits, downloadAttachment, downloadLink, StatusError } from "../links/download.ts";
import { directLink, messageLink } from "../links/share-links.ts";
import { checkIsSound } from "../links/sniff.ts";
import { downloadWithYtDlp } from "../links/yt-dlp.ts";
import type { Services } from "../services.ts";
import type { FetchSlots } from "./fetch-slots.ts";

/** Copies the recording of a request into the store. */
export type FetchSource = (request: TranscriptionRequest, signal: AbortSignal) => Promise<Source>;

/** of a link: a recording of poor quality (64 kbit/s) at the speed at which it is played */
const MINIMUM_BYTES_PER_SECOND = 8000;

interface Context extends Services {
  readonly slots: FetchSlots;
}

/** @returns a function that throws a UserError where the recording cannot be downloaded or is none */
export function openFetchSource(services: Services, slots: FetchSlots): FetchSource {
  return (request, signal) => fetchSource({ ...services, slots }, request, signal);
}

async function fetchSource(services: Context, request: TranscriptionRequest, signal: AbortSignal): Promise<Source> {
  const folder = await temporaryFolder();
  try {
    const { path, name } = await download(services, request, request.origin, folder, signal);
    const { size } = await stat(path);
    if (size === 0) throw new UserError("fileEmpty");
    const hash = await hashFile(path);
    signal.throwIfAborted();
    await services.store.putFile(sourceKey(hash), path);
    return { hash, name, bytes: size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type ChatFile = Extract<Origin, { kind: "attachment" }>;

interface Fetched {
  readonly path: string;
  readonly name: string;
}

async function download(
  services: Context,
  request: TranscriptionRequest,
  origin: Origin,
  folder: string,
  signal: AbortSignal,
): Promise<Fetched> {
  const fromChatFile = (file: ChatFile) => services.slots.file(() => fromChat(services, file, folder, signal));
  if (origin.kind === "attachment") return await fromChatFile(origin);
  if (origin.kind === "stored") throw new UserError("jobUnknown");
  const url = checkLink(origin.url, services.settings.LINK_PRIVATE_HOSTS);
  const linked = messageLink(url);
  if (linked) {
    const [found] = await services.chat.recordingsIn(linked, request.requester.userId);
    // A message that links to a message would let links go round in circles.
    if (!found || (found.kind === "link" && messageLink(new URL(found.url)))) throw new UserError("messageNotFound");
    return await download(services, request, found, folder, signal);
  }
  if (isChatFile(services, url)) {
    const attachment = { kind: "attachment" as const, url: url.href, name: basename(url.pathname), bytes: 0 };
    return await fromChatFile(attachment);
  }
  const { userId } = request.requester;
  return await services.slots.link(userId, url.host, () => fromLink(services, url, folder, signal));
}

async function fromLink(services: Services, url: URL, folder: string, signal: AbortSignal): Promise<Fetched> {
  signal.throwIfAborted(); // it may have waited for its slot
  const limits = downloadLimits(services, signal);
  const path = join(folder, "recording");
  const { name, contentType } = await downloadLink(directLink(url).href, path, {
    ...limits,
    minimum: { bytesPerSecond: MINIMUM_BYTES_PER_SECOND, seconds: services.settings.LINK_STALL_SECONDS },
  });
  try {
    await checkIsSound(path, contentType, true);
    return { path, name };
  } catch (error) {
    const program = services.settings.YT_DLP_PATH;
    if (!program || !(error instanceof UserError) || error.code !== "linkNeedsHelper") throw error;
  }
  const within = join(folder, "page");
  await mkdir(within);
  const found = await downloadWithYtDlp(services.settings.YT_DLP_PATH!, url, within, limits);
  await checkIsSound(found, "", true);
  return { path: found, name: basename(found) };
}

async function fromChat(services: Services, origin: ChatFile, folder: string, signal: AbortSignal): Promise<Fetched> {
  signal.throwIfAborted(); // it may have waited for its slot
  if (!isChatFile(services, new URL(origin.url))) throw new UserError("linkNotAllowed");
  const limits = downloadLimits(services, signal);
  if (origin.bytes > limits.megabytes * 1e6) {
    throw new UserError("fileTooLarge", { megabytes: Math.ceil(origin.bytes / 1e6), maximum: limits.megabytes });
  }
  const path = join(folder, "recording");
  const get = async (url: string) => {
    const { contentType } = await downloadAttachment(url, path, limits);
    await checkIsSound(path, contentType, false);
    return { path, name: origin.name };
  };
  try {
    return await get(origin.url);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.status >= 500) throw new UserError("linkUnreachable", { reason: error.message });
  }
  // The signature of the address expired: the platform signs it again as long as it has the file.
  const fresh = await services.chat.freshUrl(origin.url);
  if (fresh === undefined) throw new UserError("attachmentExpired");
  try {
    return await get(fresh);
  } catch (error) {
    throw error instanceof StatusError ? new UserError("attachmentExpired") : error;
  }
}

function isChatFile({ settings }: Services, url: URL): boolean {
  return settings.DISCORD_CDN_URLS.some((known) => url.origin === new URL(known).origin);
}

function downloadLimits({ settings }: Services, signal: AbortSignal): DownloadLimits {
  const { MAX_FILE_MB, DOWNLOAD_SECONDS, LINK_PRIVATE_HOSTS } = settings;
  return { megabytes: MAX_FILE_MB, seconds: DOWNLOAD_SECONDS, privateHosts: LINK_PRIVATE_HOSTS, signal };
}
