import { UserError } from "@groovesheet/jobs/errors.ts";
import { type FfmpegResult, runFfmpeg } from "../ffmpeg.ts";
import { AUDIO_DECODERS } from "./audio-decoders.ts";
import type { DecodeLimits } from "./limits.ts";

/** What FFmpeg reports about a file before it is decoded. */
export interface Probe {
  /** short names of the container, as FFmpeg calls it: `mov,mp4,m4a,3gp,3g2,mj2` */
  readonly format: string;
  /** timestamp at which the file begins, seconds */
  readonly start: number;
  /** seconds, from the container; undefined if it holds none or FFmpeg only estimated it */
  readonly duration: number | undefined;
  /** true if nothing but a missing end can make the sound shorter than `duration` */
  readonly isSoundOnly: boolean;
  /** audio streams, in the order in which they should be tried: those marked as default first */
  readonly streams: readonly [AudioStream, ...AudioStream[]];
  readonly title: string | undefined;
  readonly artist: string | undefined;
}

export interface AudioStream {
  /** among the audio streams, from 0 */
  readonly index: number;
  readonly mono: boolean;
  /** number of channels if FFmpeg does not know their places (`11 channels`) */
  readonly unplacedChannels: number | undefined;
}

const PROBE_SECONDS = 20;
const MAX_TAG = 200;

/**
 * Containers that are opened. Playlists and scripts (hls, concat, dash, image sequences, tracker modules with their own
 * interpreters) are not: they can refer to other files or to the network.
 */
const CONTAINERS = [
  "mp3,aac,ac3,eac3,dts,amr,ape,wv,tta,tak,mpc,mpc8,dsf,iff,flac,loas,truehd",
  "wav,w64,aiff,au,caf,voc,rm,oma,xwma",
  "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,asf,avi,flv,mpeg,mpegts,nut",
].join(",");

/** FFmpeg's arguments for opening one local file and nothing else; options of the input may come before them. */
export function inputArgs(path: string): string[] {
  return [
    ...["-threads", "1", "-max_alloc", String(256 * 1024 * 1024)],
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS],
    ...["-codec_whitelist", AUDIO_DECODERS.join(",")],
    ...["-i", `file:${path}`],
  ];
}

/**
 * Reads the streams, the length and the tags of a file, without decoding it.
 *
 * @throws UserError notAudio, noAudioStream, indexMissing, decodeTimeout, ffmpegMissing
 */
export async function probe(path: string, limits: DecodeLimits, signal?: AbortSignal): Promise<Probe> {
  let metadata = Buffer.alloc(0);
  const tags = ["-map_metadata", "0", "-map_metadata", "0:s:a:0", "-f", "ffmetadata", "pipe:1"];
  const result = await runFfmpeg({
    args: ["-loglevel", "info", ...inputArgs(path), ...tags],
    timeout: PROBE_SECONDS,
    maxMegabytes: limits.maxDecoderMegabytes,
    signal,
    onOutput: (chunk) => {
      metadata = Buffer.concat([metadata, chunk]);
      return metadata.length < 1_000_000;
    },
  });
  const kinds = streamKinds(result.stderr);
  refuse(result, kinds);
  const found = readTags(metadata.toString("utf8"));
  const header = readHeader(result.stderr);
  const isSoundOnly = !kinds.includes("video");
  return {
    ...header,
    // FFmpeg needs a decoder to find where video in Matroska starts; without one it reports the start of the sound.
    // Timestamps there count from the start of the file.
    start: /matroska/.test(header.format) && !isSoundOnly ? 0 : header.start,
    isSoundOnly,
    streams: audioStreams(result.stderr),
    title: found.get("title"),
    artist: found.get("artist") ?? found.get("album_artist"),
  };
}

function refuse(result: FfmpegResult, kinds: readonly string[]): void {
  if (result.timedOut) throw new UserError("decodeTimeout", { seconds: PROBE_SECONDS });
  if (kinds.includes("audio")) return;
  if (/moov atom not found/.test(result.stderr)) throw new UserError("indexMissing");
  if (kinds.length === 0) throw new UserError("notAudio");
  throw new UserError("noAudioStream", { streams: [...new Set(kinds)].join(" and ") });
}

/** The lines of FFmpeg itself begin with exactly two spaces; the text of tags is indented further. */
function streamKinds(stderr: string): string[] {
  const lines = stderr.matchAll(/^ {2}Stream #\d+:\d+.*?: (Audio|Video|Subtitle|Data|Attachment): (.*)$/gm);
  return [...lines].filter(([, , rest]) => !rest?.includes("(attached pic)")).map(([, kind]) => kind!.toLowerCase());
}

function audioStreams(stderr: string): [AudioStream, ...AudioStream[]] {
  const lines = [...stderr.matchAll(/^ {2}Stream #\d+:\d+.*?: Audio: (.*)$/gm)].map(([, rest]) => rest!);
  const streams: (AudioStream & { isDefault: boolean })[] = lines.map((line, index) => ({
    index,
    mono: /, (mono|1 channels)\b/.test(line),
    unplacedChannels: Number(/, (\d+) channels\b/.exec(line)?.[1]) || undefined,
    isDefault: line.includes("(default)"),
  }));
  streams.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const [first, ...rest] = streams;
  return [first!, ...rest]; // without one the file was refused
}

function readHeader(stderr: string): Pick<Probe, "format" | "start" | "duration"> {
  const match = /^ {2}Duration: (?:(\d+):(\d\d):(\d\d(?:\.\d+)?)|N\/A)(?:, start: (-?[\d.]+))?/m.exec(stderr);
  const isKnown = match?.[1] !== undefined && !/Estimating duration/.test(stderr);
  return {
    format: /^Input #0, (\S+), from /m.exec(stderr)?.[1] ?? "",
    start: Number(match?.[4] ?? 0),
    duration: isKnown ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : undefined,
  };
}

/** Reads FFmpeg's metadata text: `key=value` lines in which `=`, `;`, `#`, `\` and line ends are escaped by `\`. */
export function readTags(text: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const line of text.match(/(?:\\.|[^\\\n])+/gs) ?? []) {
    const match = /^([^=;#\\]+)=(.*)$/s.exec(line);
    const value = match && cleanTag(match[2]!.replace(/\\(.)/gs, "$1"));
    if (match && value) tags.set(match[1]!.trim().toLowerCase(), value);
  }
  return tags;
}

/** @returns one line of plain text: no control or direction characters, no broken letters, at most 200 of them */
export function cleanTag(value: string): string {
  const plain = value.normalize("NFC").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]+/gu, " ");
  return [...plain.replace(/\s+/g, " ").trim()].slice(0, MAX_TAG).join("").trim();
}
