import { UserError } from "@groovesheet/jobs/errors.ts";
import { METERS } from "@groovesheet/jobs/meter.ts";
import {
  bpmSchema,
  type Detail,
  type NotateOptions,
  notateOptionsSchema,
  TEMPO_SCALES,
  type TempoScale,
} from "@groovesheet/jobs/options.ts";
import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import {
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ComponentType,
  TextInputStyle,
} from "discord.js";
import type { Text } from "../../i18n/catalogue.ts";
import { say } from "../../i18n/translate.ts";
import { TEXT_LENGTHS } from "../discord-limits.ts";
import { clip } from "../text.ts";

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

const TEMPO_TEXTS = {
  half: "buttonHalf",
  twoThirds: "tempoTwoThirds",
  threeHalves: "tempoThreeHalves",
  double: "buttonDouble",
} as const satisfies Record<Exclude<TempoScale, "same">, Text>;

/** the choice that opens a form for a tempo */
export const TYPE_TEMPO = "bpm=";

/** Discord shows at most 25 choices: the most common meters have room. */
const MENU_METERS = METERS.slice(0, 7);

/** One choice of the menu: `grid=16` writes nothing finer than sixteenths. */
interface Choice {
  readonly value: string;
  readonly label: string;
  readonly chosen: boolean;
}

/** The menu below a score: each choice changes one thing of the writing; what holds now is ticked. */
export function notationMenu({ id, notate, requester: { language } }: TranscriptionRequest): APIStringSelectComponent {
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

function choices(language: Language, notate: NotateOptions): Choice[] {
  const { tempoScale, bpm, detail, grid, meter, repeats, showConfidence } = notate;
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
  const tempi = TEMPO_SCALES.filter((value) => value !== "same").map((value) => ({
    value: `tempoScale=${value}`,
    label: say(language, TEMPO_TEXTS[value]),
    chosen: bpm === undefined && value === tempoScale,
  }));
  const typed = { value: TYPE_TEMPO, label: say(language, "tempoTyped"), chosen: bpm !== undefined };
  return [
    ...tempi,
    typed,
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
  if (name === "tempoScale") return notateOptionsSchema.parse({ ...notate, bpm: undefined, tempoScale: value });
  return notateOptionsSchema.parse({ ...notate, [name]: value || undefined });
}

/** The form in which a title is typed. */
export function titleForm(language: Language, id: string, title: string): APIModalInteractionResponseCallbackData {
  return form(`title:${id}`, say(language, "titleAbove"), {
    custom_id: "title",
    label: say(language, "buttonTitle"),
    value: clip(title, TEXT_LENGTHS.title, ""),
    max_length: TEXT_LENGTHS.title,
  });
}

/** The form in which a tempo is typed. */
export function tempoForm(language: Language, id: string, bpm: number): APIModalInteractionResponseCallbackData {
  const label = say(language, "beatsPerMinute");
  return form(`tempo:${id}`, say(language, "tempoTyped"), {
    custom_id: "tempo",
    label,
    value: String(Math.round(bpm)),
    max_length: 6,
  });
}

/** @returns the options with a tempo that was typed. @throws UserError tempoUnreadable */
export function withTempo(notate: NotateOptions, text: string): NotateOptions {
  const bpm = bpmSchema.safeParse(Number(text.trim().replace(",", ".")));
  if (!bpm.success) throw new UserError("tempoUnreadable");
  return { ...notate, tempoScale: "same", bpm: bpm.data };
}

function form(
  custom_id: string,
  title: string,
  input: Pick<APITextInputComponent, "custom_id" | "label" | "value" | "max_length">,
): APIModalInteractionResponseCallbackData {
  const text = { type: ComponentType.TextInput as const, style: TextInputStyle.Short, min_length: 1, ...input };
  return { custom_id, title, components: [{ type: ComponentType.ActionRow, components: [text] }] };
}
