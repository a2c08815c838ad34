import type {
  APIApplicationCommandOptionChoice,
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  ModalMessageModalSubmitInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
  StringSelectMenuInteraction,
} from "discord.js";
import { ApplicationIntegrationType, InteractionContextType } from "discord.js";
import type { BotContext } from "../context.ts";

/** A press of a button, a choice in a menu or a form that was sent, below one of our messages. */
export type PressInteraction = ButtonInteraction | StringSelectMenuInteraction | ModalMessageModalSubmitInteraction;

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
