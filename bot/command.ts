import type {
  APIApplicationCommandOptionChoice,
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from "discord.js";
import { ApplicationIntegrationType, InteractionContextType } from "discord.js";
import type { Bot } from "./services.ts";

export interface ChatCommand {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  readonly execute: (interaction: ChatInputCommandInteraction, bot: Bot) => Promise<void>;
  readonly complete?: (
    interaction: AutocompleteInteraction,
    bot: Bot,
  ) => Promise<readonly APIApplicationCommandOptionChoice[]>;
}

export interface MessageCommand {
  readonly data: RESTPostAPIContextMenuApplicationCommandsJSONBody;
  readonly execute: (interaction: MessageContextMenuCommandInteraction, bot: Bot) => Promise<void>;
}

export type Command = ChatCommand | MessageCommand;

/** Installed to servers and to people; in servers, direct messages and group direct messages. */
export const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
};
