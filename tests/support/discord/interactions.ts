import {
  type APIMessage,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
} from "discord-api-types/v10";
import { APPLICATION_ID, type StoredChannel } from "./world.ts";

export const VIEW_SEND_HISTORY = String((1n << 10n) | (1n << 11n) | (1n << 16n));

/** An interaction on its way to its answer. */
export interface StoredInteraction {
  readonly id: string;
  readonly token: string;
  readonly userId: string;
  readonly channelId: string;
  readonly createdAt: number;
  /** milliseconds until the bot said something; undefined while it has not */
  ackMs?: number;
  /** the type of the callback */
  ackType?: number;
  /** how often it was acknowledged */
  acks: number;
  /** the message that `@original` means */
  messageId?: string;
  choices?: readonly { name: string; value: string | number }[];
  tokenExpiresAt: number;
  /** for buttons: the message they are below */
  readonly source?: APIMessage;
}

/** What the bot may do in a channel: Attach Files can be taken away alone. */
function permissionsIn(place: StoredChannel | undefined): string {
  const attachFiles = place?.access === "noFiles" ? 0n : 1n << 15n;
  return String(BigInt(VIEW_SEND_HISTORY) | attachFiles);
}

/** The fields of every interaction event: its place, and whose installation of the bot it uses. */
export function contextOf(interaction: StoredInteraction, place: StoredChannel | undefined): object {
  const channel = place?.channel;
  const { GuildInstall, UserInstall } = ApplicationIntegrationType;
  const [context, owners] =
    channel?.type === ChannelType.GroupDM
      ? [InteractionContextType.PrivateChannel, { [UserInstall]: interaction.userId }]
      : channel?.type === ChannelType.DM
        ? [InteractionContextType.BotDM, { [GuildInstall]: "0" }]
        : [InteractionContextType.Guild, { [GuildInstall]: (channel as { guild_id?: string } | undefined)?.guild_id }];
  return {
    id: interaction.id,
    application_id: APPLICATION_ID,
    channel_id: interaction.channelId,
    channel,
    token: interaction.token,
    version: 1,
    entitlements: [],
    authorizing_integration_owners: owners,
    context,
    app_permissions: permissionsIn(place),
  };
}
