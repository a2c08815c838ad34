import { METERS } from "@groovesheet/jobs/meter.ts";
import { type Detail, type NotateOptions, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Language, Request } from "@groovesheet/jobs/request.ts";
import {
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  ComponentType,
  TextInputStyle,
} from "discord.js";
import type { Text } from "../i18n/catalogue.ts";
import { say } from "../i18n/translate.ts";
import { TEXT_LENGTHS } from "./discord-limits.ts";
import { clip } from "./text.ts";

export const DETAIL_TEXTS = {
  simple: "detailSimple",
  standard: "detailStandard",
  full: "detailFull",
} as const satisfies Record<Detail, Text>;

export const GRID_TEXTS = {
  auto: "gridAuto",
  "8": "grid8",
  "16": "grid16",
  "32": "grid32",
  "8t": "grid8t",
  "16t": "grid16t",
} as const satisfies Record<NotateOptions["grid"], Text>;

/** Discord shows at most 25 choices: the most common meters have room. */
const MENU_METERS = METERS.slice(0, 7);

/** One choice of the menu: `grid=16` writes nothing finer than sixteenths. */
interface Choice {
  readonly value: string;
  readonly label: string;
  readonly chosen: boolean;
}

/** The menu below a score: each choice changes one thing of the writing; what holds now is ticked. */
export function notationMenu({ id, notate, requester: { language } }: Request): APIStringSelectComponent {
  return {
    type: ComponentType.StringSelect,
    custom_id: `notation:${id}`,
    placeholder: say(language, "notationMenu"),
    options: choices(language, notate).map(({ value, label, chosen }) => ({
      value,
      label: chosen ? `✓ ${label}` : label,
    })),
  };
}

function choices(language: Language, { detail, grid, meter, repeats, showConfidence }: NotateOptions): Choice[] {
  const details = Object.entries(DETAIL_TEXTS).map(([value, text]) => ({
    value: `detail=${value}`,
    label: say(language, text),
    chosen: value === detail,
  }));
  const grids = Object.entries(GRID_TEXTS).map(([value, text]) => ({
    value: `grid=${value}`,
    label: say(language, text),
    chosen: value === grid,
  }));
  const meters = MENU_METERS.map((value) => ({
    value: `meter=${value}`,
    label: say(language, "meterIs", { meter: value }),
    chosen: value === meter,
  }));
  const heard = { value: "meter=", label: say(language, "meterHeard"), chosen: meter === undefined };
  const flag = (name: string, isOn: boolean, on: Text, off: Text): Choice => ({
    value: `${name}=${isOn ? "" : "on"}`,
    label: say(language, isOn ? off : on),
    chosen: false,
  });
  return [
    ...details,
    ...grids,
    heard,
    ...meters,
    flag("repeats", repeats, "repeatsOn", "repeatsOff"),
    flag("showConfidence", showConfidence, "confidenceOn", "confidenceOff"),
  ];
}

/** @returns the options with what was chosen in the menu */
export function chooseNotation(notate: NotateOptions, choice: string): NotateOptions {
  const [name, value] = choice.split("=") as [string, string];
  if (name === "repeats" || name === "showConfidence") return { ...notate, [name]: value === "on" };
  return notateOptionsSchema.parse({ ...notate, [name]: value || undefined });
}

/** The form in which a title is typed. */
export function titleForm(language: Language, id: string, title: string): APIModalInteractionResponseCallbackData {
  return {
    custom_id: `title:${id}`,
    title: say(language, "titleAbove"),
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.TextInput,
            custom_id: "title",
            label: say(language, "buttonTitle"),
            style: TextInputStyle.Short,
            value: clip(title, TEXT_LENGTHS.title, ""),
            min_length: 1,
            max_length: TEXT_LENGTHS.title,
          },
        ],
      },
    ],
  };
}
