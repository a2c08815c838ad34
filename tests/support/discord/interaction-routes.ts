import { InteractionResponseType, MessageFlags } from "discord-api-types/v10";
import { checkChoices, checkMessage, checkModal } from "./form.ts";
import type { StoredInteraction } from "./interactions.ts";
import { type Call, checkNewMessage, type Discord, editMessage, UNKNOWN_MESSAGE } from "./message-routes.ts";
import { Refusal } from "./refusal.ts";
import { BOT_USER, type StoredMessage } from "./world.ts";

/** The first answer to an interaction. */
export function callback(discord: Discord, { body }: Call, id: string): object {
  const interaction = discord.interactions.get(id);
  if (!interaction || Date.now() - interaction.createdAt > 3000) throw new Refusal(404, 10062, "Unknown interaction");
  interaction.acks++;
  if (interaction.ackMs !== undefined) {
    throw new Refusal(400, 40060, "Interaction has already been acknowledged.");
  }
  checkCallback(body);
  interaction.ackMs = Date.now() - interaction.createdAt;
  interaction.ackType = body.type!;
  const callback = { id, type: 2 };
  if (body.type === InteractionResponseType.ApplicationCommandAutocompleteResult) {
    interaction.choices = body.data!.choices!;
    return { interaction: callback };
  }
  const { DeferredMessageUpdate, Modal, UpdateMessage } = InteractionResponseType;
  if (body.type === UpdateMessage) {
    const message = editMessage(discord, messageByToken(discord, interaction.token, "@original"), updateOf(body));
    return { interaction: callback, resource: { type: body.type, message } };
  }
  if (body.type === DeferredMessageUpdate || body.type === Modal) return { interaction: callback };
  const flags = Number(body.data?.flags ?? 0);
  const loading = body.type === InteractionResponseType.DeferredChannelMessageWithSource ? MessageFlags.Loading : 0;
  const { content = "", components = [] } = body.data ?? {};
  const extra = { flags: flags | loading, components };
  const stored = discord.world.createMessage(interaction.channelId, BOT_USER, content, extra);
  if (flags & MessageFlags.Ephemeral) stored.onlyFor = interaction.userId;
  interaction.messageId = stored.message.id;
  return {
    interaction: { ...callback, response_message_id: stored.message.id },
    ...(loading ? {} : { resource: { type: body.type, message: discord.world.shown(stored) } }),
  };
}

function byToken(discord: Discord, token: string): StoredInteraction {
  const found = [...discord.interactions.values()].find((interaction) => interaction.token === token);
  if (!found || found.tokenExpiresAt < Date.now()) throw new Refusal(401, 50027, "Invalid Webhook Token");
  return found;
}

function messageByToken(discord: Discord, token: string, id: string): StoredMessage {
  const interaction = byToken(discord, token);
  const wanted = id === "@original" ? interaction.messageId : id;
  const stored = wanted === undefined ? undefined : discord.world.messages.get(wanted);
  if (!stored || stored.deleted) throw UNKNOWN_MESSAGE;
  return stored;
}

export function readByToken(discord: Discord, _: Call, token: string, id: string): object {
  return discord.world.shown(messageByToken(discord, token, id));
}

export function editByToken(discord: Discord, call: Call, token: string, id: string): object {
  return editMessage(discord, messageByToken(discord, token, id), call);
}

export function followUp(discord: Discord, call: Call, token: string): object {
  const interaction = byToken(discord, token);
  checkNewMessage(discord, call);
  const stored = discord.world.createMessage(interaction.channelId, BOT_USER, "");
  if (Number(call.body.flags ?? 0) & MessageFlags.Ephemeral) {
    stored.onlyFor = interaction.userId;
    stored.message.flags = MessageFlags.Ephemeral;
  }
  return editMessage(discord, stored, call);
}

export function deleteByToken(discord: Discord, _: Call, token: string, id: string): undefined {
  messageByToken(discord, token, id).deleted = true;
  return undefined;
}

/** @throws Refusal where the callback holds more than Discord takes */
function checkCallback({ type, data }: Call["body"]): void {
  if (type === InteractionResponseType.ApplicationCommandAutocompleteResult) checkChoices(data?.choices ?? []);
  if (type === InteractionResponseType.Modal) checkModal((data ?? {}) as never);
  const isMessage =
    type === InteractionResponseType.ChannelMessageWithSource || type === InteractionResponseType.UpdateMessage;
  if (!isMessage) return;
  checkMessage((data ?? {}) as never, 0, ["data"]);
  if (type === InteractionResponseType.ChannelMessageWithSource && !data?.content && !data?.components?.length) {
    throw new Refusal(400, 50006, "Cannot send an empty message");
  }
}

/** The data of a callback that updates its message, as a call of its own. */
function updateOf(body: Call["body"]): Call {
  return {
    method: "PATCH",
    path: "",
    query: new URLSearchParams(),
    body: (body.data ?? {}) as never,
    files: new Map(),
  };
}
