import type {
  APIApplicationCommandOptionChoice,
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from "discord.js";
import { ApplicationIntegrationType, InteractionContextType } from "discord.js";
import type { BotContext } from "../context.ts";

export interface ChatCommand {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  readonly execute: (interaction: ChatInputCommandInteraction, bot: BotContext) => Promise<void>;
  readonly complete?: (
    interaction: AutocompleteInteraction,
    bot: BotContext,
  ) => Promise<readonly APIApplicationCommandOptionChoice[]>;
}

export interface MessageCommand {
  readonly data: RESTPostAPIContextMenuApplicationCommandsJSONBody;
  readonly execute: (interaction: MessageContextMenuCommandInteraction, bot: BotContext) => Promise<void>;
}

export type Command = ChatCommand | MessageCommand;

/** Installed to servers and to people; in servers, direct messages and group direct messages. */
export const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
};
