import { PIECES } from "@groovesheet/jobs/pieces.ts";
import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Artifact, JobResult, ResultSummary } from "@groovesheet/jobs/result.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { say, sayNotice, sayPiece } from "../../i18n/translate.ts";
import { DISCORD_LIMITS, TEXT_LENGTHS } from "../discord-limits.ts";
import type { Outgoing, OutgoingFile } from "../send.ts";
import { clip, escapeMarkup, oneLine } from "../text.ts";
import { resultRows } from "./buttons.ts";

/** A longer drum tab is a file: what was heard needs the rest of the message. */
const MAX_BLOCK_BYTES = 1400;

/**
 * The answer: pictures of pages, files, a summary of what was heard, and controls to correct it. Where there are more
 * pages than Discord takes files, a window of pages is shown.
 *
 * @param sizeLimit bytes that a file may have there
 * @param from index of the first page to show
 */
export async function resultView(
  store: ObjectStore,
  request: TranscriptionRequest,
  result: JobResult,
  sizeLimit: number,
  from = 0,
): Promise<Outgoing> {
  const { language } = request.requester;
  const pictures = result.artifacts.filter(({ mediaType }) => mediaType === "image/png");
  const tab = result.artifacts.find(({ suffix }) => suffix === ".tab.txt");
  const block = tab && (await codeBlock(store, tab));
  const isFile = (artifact: Artifact) => artifact.mediaType !== "image/png" && !(block && artifact === tab);
  const documents = result.artifacts.filter(isFile);
  const window = DISCORD_LIMITS.files - documents.length;
  const shown = pictures.slice(from, from + window);
  const { files, leftOut } = await loadFiles(store, language, result, [...shown, ...documents], sizeLimit);
  const to = from + shown.length;
  const pages = { from, window, count: pictures.length };
  const lines = [
    headline(result.summary),
    summaryLine(language, result.summary),
    piecesLine(language, result.summary),
    ...(pictures.length > window ? [say(language, "pages", { from: from + 1, to, count: pictures.length })] : []),
    ...result.summary.notices.map((notice) => `-# ${escapeMarkup(sayNotice(language, notice))}`),
    ...leftOut,
  ];
  return {
    content: clip(lines.join("\n"), DISCORD_LIMITS.content - (block?.length ?? 0)) + (block ?? ""),
    components: resultRows(request, result.summary.swing, pages),
    files,
  };
}

/** @returns the files that fit into one message, and a line that names the others */
export async function loadFiles(
  store: ObjectStore,
  language: Language,
  { summary, artifacts }: JobResult,
  wanted: readonly Artifact[],
  sizeLimit: number,
): Promise<{ files: OutgoingFile[]; leftOut: string[] }> {
  const pictures = artifacts.filter(({ mediaType }) => mediaType === "image/png");
  const { taken, leftOut } = fit(wanted, sizeLimit);
  const files = leftOut.map(({ suffix }) => suffix).join(", ");
  return {
    files: await Promise.all(taken.map((artifact) => load(store, language, artifact, summary, pictures))),
    leftOut: leftOut.length > 0 ? [say(language, "leftOut", { files })] : [],
  };
}

/** @returns a short text as a block of code; undefined for a long one, which is sent as a file */
async function codeBlock(store: ObjectStore, { key, bytes }: Artifact): Promise<string | undefined> {
  if (bytes > MAX_BLOCK_BYTES) return undefined;
  const text = Buffer.from(await store.get(key))
    .toString("utf8")
    .trimEnd();
  return text.includes("```") ? undefined : `\n\`\`\`\n${text}\n\`\`\``;
}

/** Takes files in their order as long as they fit into one message. */
function fit(artifacts: readonly Artifact[], sizeLimit: number) {
  const taken: Artifact[] = [];
  const leftOut: Artifact[] = [];
  let total = 0;
  for (const artifact of artifacts) {
    const fits =
      artifact.bytes <= sizeLimit && total + artifact.bytes <= Math.max(sizeLimit, DISCORD_LIMITS.requestBytes);
    (fits ? taken : leftOut).push(artifact);
    if (fits) total += artifact.bytes;
  }
  return { taken, leftOut };
}

async function load(
  store: ObjectStore,
  language: Language,
  artifact: Artifact,
  summary: ResultSummary,
  pictures: readonly Artifact[],
): Promise<OutgoingFile> {
  const page = pictures.indexOf(artifact) + 1;
  const where = say(language, "pages", { from: page, to: page, count: pictures.length });
  return {
    name: `${fileTitle(summary.title)}${artifact.suffix}`,
    data: Buffer.from(await store.get(artifact.key)),
    mediaType: artifact.mediaType,
    ...(page > 0 ? { description: clip(`${oneLine(summary.title)} (${where})`, DISCORD_LIMITS.description) } : {}),
  };
}

export function headline({ title, artist }: ResultSummary): string {
  const show = (text: string) => escapeMarkup(clip(text, TEXT_LENGTHS.title));
  return artist ? `**${show(title)}** · ${show(artist)}` : `**${show(title)}**`;
}

/** Tempo, meter, length, hits and mean confidence. */
export function summaryLine(language: Language, summary: ResultSummary): string {
  const hits = Object.values(summary.hits).reduce((sum, count) => sum + count, 0);
  return say(language, "summary", {
    tempo: `${noteOf(summary.tempo.unit)} = ${Math.round(summary.tempo.perMinute)}`,
    meter: summary.meter,
    swing: summary.swing ? say(language, "swung") : "",
    length: clock(summary.duration),
    hits,
    sure: Math.round(summary.meanConfidence * 100),
  });
}

function piecesLine(language: Language, { hits }: ResultSummary): string {
  const heard = PIECES.filter((piece) => hits[piece]).sort((a, b) => hits[b]! - hits[a]!);
  return heard.map((piece) => `${sayPiece(language, piece)} ${hits[piece]}`).join(" · ");
}

/** The note that a metronome mark counts. */
function noteOf(unit: string): string {
  const notes: Record<string, string> = { "1/2": "𝅗𝅥", "1/4": "♩", "3/8": "♩.", "1/8": "♪", "3/16": "♪." };
  return notes[unit] ?? unit;
}

/** `3:07` */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** @returns the title as a part of a file's name, without what Windows, macOS or Discord do not take in one */
function fileTitle(title: string): string {
  const safe = oneLine(title.replace(/[/\\:*?"<>|]/g, " ")).replace(/^[.\s]+/, "");
  return clip(safe, TEXT_LENGTHS.fileTitle, "") || "score";
}
