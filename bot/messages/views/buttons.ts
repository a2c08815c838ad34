import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIMessageTopLevelComponent,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { Text } from "../../i18n/catalogue.ts";
import { say } from "../../i18n/translate.ts";
import { DISCORD_LIMITS } from "../discord-limits.ts";
import { notationMenu } from "./notation-menu.ts";

export const ACTIONS = [
  "cancel",
  "again",
  "half",
  "double",
  "shift",
  "swing",
  "straight",
  "separate",
  "notation",
  "title",
  "tempo",
  "play",
  "audition",
  "page",
  "forget",
  "choose",
  "undo",
  "show",
  "delete",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What a press of a button says: which, of which request, and a number where it needs one. */
export interface Press {
  readonly action: Action;
  readonly id: string;
  readonly argument: string;
}

export function readPress(customId: string): Press | undefined {
  const [name, id, argument = ""] = customId.split(":");
  const action = ACTIONS.find((known) => known === name);
  return action && id ? { action, id, argument } : undefined;
}

export function cancelRow(language: Language, id: string): APIMessageTopLevelComponent[] {
  return [row(button(language, "cancel", "buttonCancel", id, { style: ButtonStyle.Danger }))];
}

export function againRow(language: Language, id: string): APIMessageTopLevelComponent[] {
  return [row(button(language, "again", "buttonAgain", id))];
}

export function forgetRow(language: Language, userId: string): APIMessageTopLevelComponent[] {
  return [row(button(language, "forget", "buttonForget", userId, { style: ButtonStyle.Danger }))];
}

/** Which pages of a score a message shows. */
export interface ShownPages {
  /** index of the first */
  readonly from: number;
  /** pages that one message shows */
  readonly window: number;
  /** pages of the score */
  readonly count: number;
}

/** The controls below a score: corrections of the count, the notation, the answer itself, and other pages. */
export function resultRows(
  request: TranscriptionRequest,
  swings: boolean,
  pages: ShownPages | undefined,
): APIMessageTopLevelComponent[] {
  const { id, notate, listen, parentId, reply } = request;
  const { language } = request.requester;
  const feel = swings
    ? button(language, "straight", "buttonStraight", id)
    : button(language, "swing", "buttonSwing", id);
  return [
    row(
      button(language, "half", "buttonHalf", id, { disabled: notate.tempoScale === "half" }),
      button(language, "double", "buttonDouble", id, { disabled: notate.tempoScale === "double" }),
      button(language, "shift", "buttonShift", id),
      feel,
      button(language, "separate", "buttonSeparate", id, { disabled: listen.separation === "on" }),
    ),
    row(notationMenu(request)),
    row(
      button(language, "play", "buttonPlay", id, { style: ButtonStyle.Primary }),
      button(language, "audition", "buttonAudition", id),
    ),
    row(
      button(language, "title", "buttonTitle", id),
      ...(parentId ? [button(language, "undo", "buttonUndo", id)] : []),
      ...(reply.private ? [button(language, "show", "buttonShow", id)] : []),
      button(language, "delete", "buttonDelete", id),
    ),
    ...(pages && pages.count > pages.window ? [pageRow(language, id, pages)] : []),
  ];
}

/** Two sets of pages are turned with two buttons, more are chosen from a menu. */
function pageRow(language: Language, id: string, { from, window, count }: ShownPages): APIMessageTopLevelComponent {
  if (count > 2 * window) {
    const starts = Array.from({ length: Math.ceil(count / window) }, (_, index) => index * window);
    const options = starts.slice(0, DISCORD_LIMITS.choices).map((start) => ({
      value: String(start),
      label: say(language, "pages", { from: start + 1, to: Math.min(start + window, count), count }),
      default: start === from,
    }));
    return row({ type: ComponentType.StringSelect, custom_id: `page:${id}`, options });
  }
  const turn = (text: Text, to: number, isPossible: boolean) =>
    button(language, "page", text, `${id}:${isPossible ? to : `none-${text}`}`, { disabled: !isPossible });
  return row(
    turn("buttonPrevious", Math.max(0, from - window), from > 0),
    turn("buttonNext", from + window, from + window < count),
  );
}

function button(
  language: Language,
  action: Action,
  text: Text,
  id: string,
  extra: { style?: APIButtonComponentWithCustomId["style"]; disabled?: boolean } = {},
): APIButtonComponentWithCustomId {
  return {
    type: ComponentType.Button,
    style: extra.style ?? ButtonStyle.Secondary,
    label: say(language, text),
    custom_id: `${action}:${id}`,
    ...(extra.disabled ? { disabled: true } : {}),
  };
}

function row<C extends APIButtonComponentWithCustomId | APIStringSelectComponent>(
  ...components: C[]
): APIActionRowComponent<C> {
  return { type: ComponentType.ActionRow, components };
}
