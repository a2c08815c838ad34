import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Reply, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { MessageFlags, type RepliableInteraction } from "discord.js";
import type { BotContext } from "../context.ts";
import { languageOf, sayIfUserError } from "../i18n/translate.ts";
import { statusView } from "../messages/views/status-view.ts";
import type { Admission } from "../requests/admission.ts";
import { acknowledge, replyTo, requestFrom, type Wish } from "./create-request.ts";

/**
 * Receives the recordings of one interaction, a job each. The first answer takes the interaction's own reply, each
 * other one a message of its own below it.
 *
 * @throws UserError where the first is refused; then none is received. Refusals of the others are shown to the person
 */
export async function receiveAll(
  bot: BotContext,
  interaction: RepliableInteraction,
  admission: Admission,
  [first, ...others]: readonly [Wish, ...Wish[]],
  onlyCaller: boolean,
): Promise<void> {
  const reply = replyTo(interaction, undefined, onlyCaller);
  const request = requestFrom(interaction, reply, first);
  await bot.requests.receive(request, admission, () => acknowledge(interaction, onlyCaller));
  await receiveBelow(bot, interaction, admission, others, onlyCaller);
}

/** Receives recordings of an interaction that is acknowledged, each with a message of its own below it. */
export async function receiveBelow(
  bot: BotContext,
  interaction: RepliableInteraction,
  admission: Admission,
  wishes: readonly Wish[],
  onlyCaller: boolean,
): Promise<void> {
  for (const [index, wish] of wishes.entries()) {
    const reply = replyTo(interaction, undefined, onlyCaller);
    const request = requestFrom(interaction, reply, wish, index + 1);
    try {
      await bot.requests.receive(request, admission, () => showStatus(interaction, request));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const content = sayIfUserError(languageOf(interaction.locale), error)!;
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    }
  }
}

async function showStatus(interaction: RepliableInteraction, request: TranscriptionRequest): Promise<Reply> {
  const { content, components } = statusView(request, { kind: "fetching" });
  const flags = request.reply.private ? { flags: MessageFlags.Ephemeral as const } : {};
  const message = await interaction.followUp({ content, components, allowedMentions: { parse: [] }, ...flags });
  return { ...request.reply, messageId: message.id };
}
