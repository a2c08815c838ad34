import type { Request } from "@groovesheet/jobs/request.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import type { Text } from "../i18n/catalogue.ts";
import { say, sayTime } from "../i18n/translate.ts";
import type { Situation } from "../requests/chat.ts";
import { cancelRow } from "./buttons.ts";
import type { Outgoing } from "./send.ts";

const STAGE_TEXTS: Readonly<Record<Stage, Text>> = {
  decode: "stageDecode",
  separate: "stageSeparate",
  listen: "stageListen",
  track: "stageTrack",
  notate: "stageNotate",
  engrave: "stageEngrave",
};

/** The message that tells the truth while somebody waits. */
export function statusView(request: Request, situation: Situation): Outgoing {
  return {
    content: statusText(request, situation),
    components: cancelRow(request.requester.language, request.id),
  };
}

function statusText(request: Request, situation: Situation): string {
  const { language } = request.requester;
  const name = nameOf(request);
  if (request.kind === "renotate") return say(language, "rewriting", { name });
  if (situation.kind === "fetching") return say(language, "received", { name });
  if (situation.kind === "waiting") {
    const { place, secondsLeft, processors, paused } = situation;
    if (paused) return say(language, "paused", { name, place });
    if (processors === 0) return say(language, "noProcessor", { name });
    if (secondsLeft === undefined) return say(language, "inQueue", { name, place });
    return say(language, "inQueueTime", { name, place, time: sayTime(language, secondsLeft) });
  }
  const progress = situation.progress ?? { stage: "decode" as const, done: 0 };
  const stage = say(language, STAGE_TEXTS[progress.stage]);
  const percent = Math.round(progress.done * 100);
  if (situation.progress?.secondsLeft === undefined) return say(language, "working", { name, stage, percent });
  return say(language, "workingTime", {
    name,
    stage,
    percent,
    time: sayTime(language, situation.progress.secondsLeft),
  });
}

/** What the person calls the recording, without what Discord would take for markup. */
export function nameOf(request: Request): string {
  const { origin, source, notate, result } = request;
  const fromOrigin =
    origin.kind === "attachment" ? origin.name : origin.kind === "link" ? new URL(origin.url).hostname : "";
  const name = notate.title ?? result?.title ?? source?.name ?? fromOrigin;
  return plain(name).slice(0, 80) || request.id;
}

/** Takes out of a stranger's text what Discord would show otherwise: markup, mentions, links, and signs that turn lines round. */
export function plain(text: string): string {
  return text
    .replace(/[*_`~|<>@#[\]()\\\p{Cc}\p{Cf}]|:\/\//gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}
