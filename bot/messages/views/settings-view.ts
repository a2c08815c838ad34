import type { Language } from "@groovesheet/jobs/request.ts";
import { say } from "../../i18n/translate.ts";
import type { GuildPreferences } from "../../persistence/preferences.ts";
import { TEXT_LENGTHS } from "../discord-limits.ts";
import { joinWithin } from "../text.ts";
import { DETAIL_TEXTS, GRID_TEXTS } from "./notation-menu.ts";

/** What the admins of a server chose, and the limits that hold there. */
export function settingsText(
  language: Language,
  preferences: GuildPreferences,
  limits: Readonly<Record<string, number>>,
): string {
  const all = say(language, "all");
  const separation = {
    auto: say(language, "separationAuto"),
    on: say(language, "separationOn"),
    off: say(language, "separationOff"),
  }[preferences.separation ?? "auto"];
  return [
    `**${say(language, "settingsTitle")}**`,
    say(language, "settingsChannels", { channels: listOf(preferences.channels.map((id) => `<#${id}>`)) || all }),
    say(language, "settingsRoles", { roles: listOf(preferences.roles.map((id) => `<@&${id}>`)) || all }),
    say(language, "settingsDefaults", {
      separation,
      detail: say(language, DETAIL_TEXTS[preferences.detail ?? "standard"]),
      grid: say(language, GRID_TEXTS[preferences.grid ?? "auto"]),
      private: say(language, preferences.private ? "yes" : "no"),
    }),
    say(language, "settingsLimits", limits),
  ].join("\n");
}

function listOf(mentions: readonly string[]): string {
  return joinWithin(mentions, " ", TEXT_LENGTHS.list);
}
