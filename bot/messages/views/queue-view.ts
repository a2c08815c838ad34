import type { Language } from "@groovesheet/jobs/request.ts";
import { say, sayTime } from "../../i18n/translate.ts";
import type { QueueState } from "../../observability/queue-snapshot.ts";
import { DISCORD_LIMITS } from "../discord-limits.ts";
import { clip, escapeMarkup } from "../text.ts";
import { nameOf, progressText } from "./status-view.ts";

/** lines of each list */
const SHOWN = 8;

/** The queue as its admins see it. */
export function describeQueue(language: Language, state: QueueState): string {
  const { waiting, active, delayed, failed, done } = state;
  const counts = { waiting, active: active.length, delayed, failed: failed.length, done };
  const lines = [
    `**${say(language, "queueTitle")}**`,
    say(language, "queueCounts", counts),
    ...(state.oldestWait === undefined
      ? []
      : [say(language, "queueOldest", { time: sayTime(language, state.oldestWait) })]),
    ...(state.paused ? [say(language, "queuePaused")] : []),
    ...section(
      say(language, "queueRunning"),
      active.map(({ request, progress }) => {
        const part = progress ? progressText(language, progress) : "…";
        return `${escapeMarkup(nameOf(request))} · <@${request.requester.userId}> · ${part}`;
      }),
    ),
    ...section(
      say(language, "queueFailed"),
      failed.map(
        ({ request, reason }) => `${escapeMarkup(nameOf(request))} · <@${request.requester.userId}> · ${reason}`,
      ),
    ),
    `**${say(language, "queueProcessors")}**`,
    ...(state.processors.length
      ? state.processors.map((each) => describeProcessor(language, each))
      : [`• ${say(language, "queueNoProcessors")}`]),
  ];
  return clip(lines.join("\n"), DISCORD_LIMITS.content);
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > SHOWN ? [`• … +${lines.length - SHOWN}`] : [];
  return [`**${title}**`, ...lines.slice(0, SHOWN).map((line) => `• ${line}`), ...more];
}

function describeProcessor(language: Language, processor: QueueState["processors"][number]): string {
  const { host, devices, speed, running, concurrency, circuitOpen } = processor;
  const speedText =
    speed === undefined ? say(language, "queueNoSpeed") : say(language, "queueSpeed", { speed: speed.toFixed(1) });
  const fault = circuitOpen ? ` · ⚠ ${say(language, "queueInTrouble")}` : "";
  return `• ${escapeMarkup(host)} · ${devices.join(", ")} · ${running.length}/${concurrency} · ${speedText}${fault}`;
}
