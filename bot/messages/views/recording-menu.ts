import type { Language, Origin } from "@groovesheet/jobs/request.ts";
import { type APIMessageTopLevelComponent, ComponentType } from "discord.js";
import { say } from "../../i18n/translate.ts";
import type { Outgoing } from "../send.ts";

/** recordings that a person may choose at once */
export const MAX_CHOSEN = 5;
/** limits of Discord: choices of a menu, and characters of a choice */
const MAX_CHOICES = 25;
const MAX_LABEL = 100;

/** Asks which recordings of a message to transcribe. */
export function recordingMenu(language: Language, offerId: string, origins: readonly Origin[]): Outgoing {
  const options = origins.slice(0, MAX_CHOICES).map((origin, index) => ({
    value: String(index),
    label: [...`${index + 1}. ${labelOf(origin)}`].slice(0, MAX_LABEL / 2).join(""),
  }));
  const menu: APIMessageTopLevelComponent = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: `choose:${offerId}`,
        placeholder: say(language, "chooseRecordings"),
        min_values: 1,
        max_values: Math.min(MAX_CHOSEN, options.length),
        options,
      },
    ],
  };
  return { content: say(language, "severalRecordings", { n: origins.length }), components: [menu] };
}

function labelOf(origin: Origin): string {
  if (origin.kind === "attachment") return origin.name;
  return origin.kind === "link" ? new URL(origin.url).hostname : "";
}
