import type { PlayOptions } from "@groovesheet/jobs/options.ts";
import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Progress, Stage } from "@groovesheet/jobs/result.ts";
import type { Text } from "../../i18n/catalogue.ts";
import { say, sayTime } from "../../i18n/translate.ts";
import type { Situation } from "../../requests/chat.ts";
import { TEXT_LENGTHS } from "../discord-limits.ts";
import type { Outgoing } from "../send.ts";
import { clip, escapeMarkup, oneLine } from "../text.ts";
import { cancelRow } from "./buttons.ts";

const STAGE_TEXTS: Readonly<Record<Stage, Text>> = {
  decode: "stageDecode",
  separate: "stageSeparate",
  listen: "stageListen",
  track: "stageTrack",
  notate: "stageNotate",
  engrave: "stageEngrave",
  play: "stagePlay",
};

const MAKING_TEXTS = {
  video: "makingVideo",
  audition: "makingAudition",
} as const satisfies Record<PlayOptions["output"], Text>;

/** The message that shows how far a request is. */
export function statusView(request: TranscriptionRequest, situation: Situation): Outgoing {
  return {
    content: statusText(request, situation),
    components: cancelRow(request.requester.language, request.id),
  };
}

function statusText(request: TranscriptionRequest, situation: Situation): string {
  const { language } = request.requester;
  const name = escapeMarkup(nameOf(request));
  if (request.kind === "renotate") return say(language, "rewriting", { name });
  if (request.kind === "play") return say(language, MAKING_TEXTS[request.play?.output ?? "video"], { name });
  if (situation.kind === "leaving") return say(language, "leaving", { name });
  if (situation.kind === "fetching") return say(language, "received", { name });
  if (situation.kind === "waiting") {
    const { place, secondsLeft, processors, paused } = situation;
    if (paused) return say(language, "paused", { name, place });
    if (processors === 0) return say(language, "noProcessor", { name });
    if (secondsLeft === undefined) return say(language, "inQueue", { name, place });
    return say(language, "inQueueTime", { name, place, time: sayTime(language, secondsLeft) });
  }
  const progress = progressText(language, situation.progress ?? { stage: "decode", done: 0 });
  const secondsLeft = situation.progress?.secondsLeft;
  if (secondsLeft === undefined) return say(language, "working", { name, progress });
  return say(language, "workingTime", { name, progress, time: sayTime(language, secondsLeft) });
}

/** `listening, 40%` */
export function progressText(language: Language, { stage, done }: Pick<Progress, "stage" | "done">): string {
  return say(language, "progress", { stage: say(language, STAGE_TEXTS[stage]), percent: Math.round(done * 100) });
}

/** A request, or its job in the queue. */
type Named = Pick<TranscriptionRequest, "id" | "notate"> &
  Partial<Pick<TranscriptionRequest, "origin" | "source" | "result">>;

/** @returns what the person calls the recording; not escaped */
export function nameOf(request: Named): string {
  const { origin, source, notate, result } = request;
  const fromOrigin =
    origin?.kind === "attachment" ? origin.name : origin?.kind === "link" ? new URL(origin.url).hostname : "";
  const name = notate.title ?? result?.title ?? source?.name ?? fromOrigin;
  return clip(oneLine(name), TEXT_LENGTHS.name) || request.id;
}
