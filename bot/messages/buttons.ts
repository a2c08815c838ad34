import type { Language, Request } from "@groovesheet/jobs/request.ts";
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIMessageTopLevelComponent,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { Text } from "../i18n/catalogue.ts";
import { say } from "../i18n/translate.ts";
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
  "page",
  "forget",
  "choose",
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

/** What can be mended below a score. */
export function resultRows(
  request: Request,
  swings: boolean,
  pages: { from: number; next: number | undefined; previous: number | undefined },
): APIMessageTopLevelComponent[] {
  const { id, notate, listen } = request;
  const { language } = request.requester;
  const turn = swings
    ? button(language, "straight", "buttonStraight", id)
    : button(language, "swing", "buttonSwing", id);
  const rows: APIMessageTopLevelComponent[] = [
    row(
      button(language, "half", "buttonHalf", id, { disabled: notate.tempoScale === "half" }),
      button(language, "double", "buttonDouble", id, { disabled: notate.tempoScale === "double" }),
      button(language, "shift", "buttonShift", id),
      turn,
      button(language, "separate", "buttonSeparate", id, { disabled: listen.separation === "on" }),
    ),
    row(notationMenu(request)),
  ];
  const title = button(language, "title", "buttonTitle", id);
  if (pages.next === undefined && pages.previous === undefined) return [...rows, row(title)];
  const flip = (text: Text, to: number | undefined) =>
    button(language, "page", text, `${id}:${to ?? `none-${text}`}`, { disabled: to === undefined });
  return [...rows, row(title, flip("buttonPrevious", pages.previous), flip("buttonNext", pages.next))];
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
