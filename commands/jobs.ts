import type { BotContext } from "@groovesheet/bot/context.ts";
import type { Catalogue, Text } from "@groovesheet/bot/i18n/catalogue.ts";
import { languageOf, localised, say } from "@groovesheet/bot/i18n/translate.ts";
import { type ChatCommand, EVERYWHERE } from "@groovesheet/bot/interactions/command.ts";
import { acknowledge, requestFrom } from "@groovesheet/bot/interactions/create-request.ts";
import { forgetRow } from "@groovesheet/bot/messages/buttons.ts";
import { failureText } from "@groovesheet/bot/messages/failure-view.ts";
import { resultView, summaryLine } from "@groovesheet/bot/messages/result-view.ts";
import { editStatus } from "@groovesheet/bot/messages/send.ts";
import { nameOf } from "@groovesheet/bot/messages/status-view.ts";
import { cancelRequest } from "@groovesheet/bot/requests/cancel.ts";
import { receive } from "@groovesheet/bot/requests/submit.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Language, Request } from "@groovesheet/jobs/request.ts";
import { findResult, resultFolder } from "@groovesheet/jobs/results.ts";
import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
  MessageFlags,
} from "discord.js";

const SHOWN = 10;
const COMPLETED = 25;

const STATES: Readonly<Record<Request["state"], Text>> = {
  received: "stateReceived",
  queued: "stateQueued",
  done: "stateDone",
  failed: "stateFailed",
  cancelled: "stateCancelled",
};

/** /jobs: what a person sent, and what can be done with it. Only they see the answers. */
export const jobs = {
  data: {
    ...localised("jobs"),
    ...EVERYWHERE,
    type: ApplicationCommandType.ChatInput,
    options: [
      { ...localised("list"), type: ApplicationCommandOptionType.Subcommand },
      onOneJob("files"),
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
      case "again":
        return await doAgain(interaction, bot);
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
    const requests = await bot.records.ofUser(interaction.user.id, COMPLETED);
    return requests
      .map((request) => ({
        name: `${nameOf(request)} · ${say(language, STATES[request.state])}`.slice(0, 100),
        value: request.id,
      }))
      .filter(({ name }) => name.toLowerCase().includes(typed));
  },
} satisfies ChatCommand;

function onOneJob(key: keyof Catalogue["commands"]): APIApplicationCommandSubcommandOption {
  const job = { ...localised("job"), type: ApplicationCommandOptionType.String as const };
  return {
    ...localised(key),
    type: ApplicationCommandOptionType.Subcommand,
    options: [{ ...job, required: true, autocomplete: true }],
  };
}

async function list(interaction: ChatInputCommandInteraction, bot: BotContext, language: Language): Promise<void> {
  await acknowledge(interaction, true);
  const requests = await bot.records.ofUser(interaction.user.id, SHOWN);
  const lines = requests.map((request) => describe(language, request));
  const content = lines.length ? [`**${say(language, "jobsTitle")}**`, ...lines].join("\n") : say(language, "noJobs");
  await interaction.editReply({ content: content.slice(0, 2000), allowedMentions: { parse: [] } });
}

function describe(language: Language, request: Request): string {
  const when = `<t:${Math.round(request.createdAt / 1000)}:R>`;
  const name = request.reply.private || !request.reply.messageId ? nameOf(request) : linked(request);
  const state = say(language, STATES[request.state]);
  const detail = request.result
    ? summaryLine(language, request.result)
    : request.failure
      ? failureText(request, request.failure)
      : "";
  return `• **${name}** · ${state} · ${when}${detail ? `\n-# ${detail}` : ""}`;
}

/** The name as a link to its answer. */
function linked(request: Request): string {
  const { requester, reply } = request;
  const message = `https://discord.com/channels/${requester.guildId ?? "@me"}/${reply.channelId}/${reply.messageId}`;
  return `[${nameOf(request)}](<${message}>)`;
}

async function mine(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<Request> {
  const id = interaction.options.getString("job", true);
  const request = await bot.records.get(id);
  if (!request || request.requester.userId !== interaction.user.id) throw new UserError("jobUnknown");
  return request;
}

async function sendFiles(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<void> {
  const reply = await acknowledge(interaction, true);
  const request = await mine(interaction, bot);
  const { source, listen, notate, result: told } = request;
  const folder = source && told && resultFolder(told.fingerprint, source, listen, notate);
  const result = folder && (await findResult(bot.store, folder));
  if (!result) throw new UserError("jobUnknown");
  await editStatus(bot, reply, await resultView(bot.store, request, result, reply.sizeLimit));
}

async function doAgain(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<void> {
  const reply = await acknowledge(interaction, true);
  const { source, listen, notate, origin } = await mine(interaction, bot);
  const fresh = requestFrom(interaction, reply, { origin, listen, notate });
  await receive(bot, source ? { ...fresh, source } : fresh);
}

async function cancel(interaction: ChatInputCommandInteraction, bot: BotContext, language: Language): Promise<void> {
  await acknowledge(interaction, true);
  const stopped = await cancelRequest(bot, await mine(interaction, bot));
  await interaction.editReply(say(language, stopped ? "cancelling" : "nothingToCancel"));
}
