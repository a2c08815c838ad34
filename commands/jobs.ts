import type { BotContext } from "@groovesheet/bot/context.ts";
import type { Catalogue } from "@groovesheet/bot/i18n/catalogue.ts";
import { languageOf, say } from "@groovesheet/bot/i18n/translate.ts";
import { type ChatCommand, EVERYWHERE } from "@groovesheet/bot/interactions/command.ts";
import { acknowledge, requestFrom } from "@groovesheet/bot/interactions/create-request.ts";
import { placeOf } from "@groovesheet/bot/interactions/permissions.ts";
import { makeToPlay } from "@groovesheet/bot/interactions/play.ts";
import { editStatus } from "@groovesheet/bot/messages/send.ts";
import { forgetRow } from "@groovesheet/bot/messages/views/buttons.ts";
import { jobLabel, jobsText } from "@groovesheet/bot/messages/views/jobs-view.ts";
import { resultView } from "@groovesheet/bot/messages/views/result-view.ts";
import { admit } from "@groovesheet/bot/requests/admission.ts";
import { allowanceOf } from "@groovesheet/bot/requests/limits.ts";
import { storedResult } from "@groovesheet/bot/requests/stored-objects.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { playOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
  MessageFlags,
} from "discord.js";
import { playOptions } from "./choices.ts";
import { localised } from "./localised.ts";

const SHOWN = 10;
const playWishSchema = playOptionsSchema.omit({ maxBytes: true });
/** Discord shows 25 choices */
const OFFERED = 25;

/** /jobs: what a person sent, and what they can do with it. Only they see the answers. */
export const jobs = {
  data: {
    ...localised("jobs"),
    ...EVERYWHERE,
    type: ApplicationCommandType.ChatInput,
    options: [
      { ...localised("list"), type: ApplicationCommandOptionType.Subcommand },
      onOneJob("files"),
      onOneJob("play", playOptions),
      onOneJob("again"),
      onOneJob("cancel"),
      { ...localised("forget"), type: ApplicationCommandOptionType.Subcommand },
    ],
  },

  async execute(interaction, bot) {
    const language = languageOf(interaction.locale);
    switch (interaction.options.getSubcommand()) {
      case "files":
        return await sendFiles(interaction, bot);
      case "play-along":
        return await playAlong(interaction, bot);
      case "again":
        return await repeat(interaction, bot);
      case "cancel":
        return await cancel(interaction, bot, language);
      case "forget-me": {
        const components = forgetRow(language, interaction.user.id);
        await interaction.reply({ content: say(language, "forgetSure"), components, flags: MessageFlags.Ephemeral });
        return;
      }
      default:
        return await list(interaction, bot, language);
    }
  },

  async complete(interaction, bot) {
    const language = languageOf(interaction.locale);
    const typed = interaction.options.getFocused().toLowerCase();
    const requests = await bot.records.ofUser(interaction.user.id, OFFERED);
    return requests
      .map((request) => ({ name: jobLabel(language, request), value: request.id }))
      .filter(({ name }) => name.toLowerCase().includes(typed));
  },
} satisfies ChatCommand;

function onOneJob(
  key: keyof Catalogue["commands"],
  others: readonly APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  const job = { ...localised("job"), type: ApplicationCommandOptionType.String as const };
  return {
    ...localised(key),
    type: ApplicationCommandOptionType.Subcommand,
    options: [{ ...job, required: true, autocomplete: true }, ...others],
  };
}

async function list(interaction: ChatInputCommandInteraction, bot: BotContext, language: Language): Promise<void> {
  await acknowledge(interaction, true);
  const requests = await bot.records.ofUser(interaction.user.id, SHOWN);
  const allowance = await allowanceOf(bot, interaction.user.id, interaction.guildId ?? undefined);
  const content = jobsText(language, requests, allowance);
  await interaction.editReply({ content, allowedMentions: { parse: [] } });
}

async function ownJob(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<TranscriptionRequest> {
  const id = interaction.options.getString("job", true);
  const request = await bot.records.get(id);
  if (!request || request.requester.userId !== interaction.user.id) throw new UserError("jobUnknown");
  return request;
}

async function sendFiles(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<void> {
  const reply = await acknowledge(interaction, true);
  const request = await ownJob(interaction, bot);
  const result = await storedResult(bot, request);
  await editStatus(interaction.client.rest, reply, await resultView(bot.store, request, result, reply.sizeLimit));
}

async function playAlong(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<void> {
  const { options } = interaction;
  const wish = playWishSchema.parse({
    speed: options.getInteger("speed") ?? undefined,
    click: options.getString("clicks") ?? undefined,
    sound: options.getString("sound") ?? undefined,
  });
  await makeToPlay(bot, interaction, await ownJob(interaction, bot), wish, true);
}

async function repeat(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<void> {
  const admission = await admit(bot.preferences, placeOf(interaction));
  const reply = await acknowledge(interaction, true);
  const { source, listen, notate, origin } = await ownJob(interaction, bot);
  const fresh = requestFrom(interaction, reply, { origin, listen, notate });
  await bot.requests.receive(source ? { ...fresh, source } : fresh, admission);
}

async function cancel(interaction: ChatInputCommandInteraction, bot: BotContext, language: Language): Promise<void> {
  await acknowledge(interaction, true);
  const stopped = await bot.requests.cancel(await ownJob(interaction, bot));
  await interaction.editReply(say(language, stopped ? "cancelling" : "nothingToCancel"));
}
