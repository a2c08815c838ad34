import { type PlayOptions, playOptionsSchema, SPEEDS } from "@groovesheet/jobs/options.ts";
import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { type APIMessageTopLevelComponent, type APIStringSelectComponent, ComponentType } from "discord.js";
import type { Text } from "../../i18n/catalogue.ts";
import { say, sayNotice } from "../../i18n/translate.ts";
import { DISCORD_LIMITS } from "../discord-limits.ts";
import type { Outgoing } from "../send.ts";
import { escapeMarkup } from "../text.ts";
import { headline, loadFiles } from "./result-view.ts";

export const CLICK_TEXTS = {
  "count-in": "clickCountIn",
  on: "clickOn",
  off: "clickOff",
} as const satisfies Record<PlayOptions["click"], Text>;

export const SOUND_TEXTS = {
  song: "soundSong",
  "minus-one": "soundMinusOne",
  drums: "soundDrums",
} as const satisfies Record<PlayOptions["sound"], Text>;

/** Share of the upload limit that a video takes: the message around it needs some. */
const SHARE_OF_LIMIT = 0.9;

/** @returns the options of a video that fits into a message with this upload limit, bytes */
export function playOptionsFor(sizeLimit: number, wish: Partial<PlayOptions> = {}): PlayOptions {
  const limit = Math.min(sizeLimit, DISCORD_LIMITS.requestBytes);
  return playOptionsSchema.parse({ ...wish, maxBytes: Math.floor(SHARE_OF_LIMIT * limit) });
}

/** The answer: the video, what it plays, and a menu to change it; or the audition. */
export async function playView(
  store: ObjectStore,
  request: TranscriptionRequest,
  play: PlayOptions,
  result: JobResult,
  sizeLimit: number,
): Promise<Outgoing> {
  const { language } = request.requester;
  const { files, leftOut } = await loadFiles(store, language, result, result.artifacts, sizeLimit);
  const lines = [
    headline(result.summary),
    describePlay(language, play),
    ...result.summary.notices.map((notice) => `-# ${escapeMarkup(sayNotice(language, notice))}`),
    ...leftOut,
  ];
  return { content: lines.join("\n"), components: playRows(request, play), files };
}

function describePlay(language: Language, { output, speed, click, sound }: PlayOptions): string {
  if (output === "audition") return `${say(language, "buttonAudition")} · ${say(language, "auditionSides")}`;
  const facts = [
    say(language, "speedIs", { percent: speed }),
    say(language, CLICK_TEXTS[click]),
    say(language, SOUND_TEXTS[sound]),
  ];
  return `${say(language, "buttonPlay")} · ${facts.join(" · ")}`;
}

export function playRows(
  { id, requester: { language } }: TranscriptionRequest,
  play: PlayOptions,
): APIMessageTopLevelComponent[] {
  if (play.output === "audition") return [];
  return [{ type: ComponentType.ActionRow, components: [playMenu(language, id, play)] }];
}

/** Each choice changes one option and makes the video again; the current ones are ticked. */
function playMenu(language: Language, id: string, play: PlayOptions): APIStringSelectComponent {
  const choices = [
    ...SPEEDS.toReversed().map((percent) => ({
      value: `speed=${percent}`,
      label: say(language, "speedIs", { percent }),
      chosen: percent === play.speed,
    })),
    ...Object.entries(CLICK_TEXTS).map(([value, text]) => ({
      value: `click=${value}`,
      label: say(language, text),
      chosen: value === play.click,
    })),
    ...Object.entries(SOUND_TEXTS).map(([value, text]) => ({
      value: `sound=${value}`,
      label: say(language, text),
      chosen: value === play.sound,
    })),
  ];
  const options = choices.map(({ value, label, chosen }) => ({ value, label: chosen ? `✓ ${label}` : label }));
  return { type: ComponentType.StringSelect, custom_id: `play:${id}`, placeholder: say(language, "playMenu"), options };
}

/** @returns the options with what was chosen in the menu */
export function choosePlay(play: PlayOptions, choice: string): PlayOptions {
  const [name, value] = choice.split("=") as [string, string];
  return playOptionsSchema.parse({ ...play, [name]: name === "speed" ? Number(value) : value });
}
