import { UserError } from "@groovesheet/jobs/errors.ts";
import { type NotateOptions, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { MessageFlags } from "discord.js";
import type { BotContext } from "../context.ts";
import { languageOf, say } from "../i18n/translate.ts";
import { editStatus } from "../messages/send.ts";
import { type Action, type Press, readPress } from "../messages/views/buttons.ts";
import { chooseNotation, TYPE_TEMPO, tempoForm, titleForm, withTempo } from "../messages/views/notation-menu.ts";
import { MAX_CHOSEN } from "../messages/views/recording-menu.ts";
import { resultView } from "../messages/views/result-view.ts";
import { admit } from "../requests/admission.ts";
import { deleteUserData } from "../requests/delete-user-data.ts";
import { storedResult } from "../requests/stored-objects.ts";
import type { PressInteraction } from "./command.ts";
import { acknowledge, defaultsOf, isPrivate, replyTo, requestFrom } from "./create-request.ts";
import { isAdmin, isOwner, placeOf } from "./permissions.ts";
import { makeToPlay, pressPlay } from "./play.ts";
import { receiveBelow } from "./receive-all.ts";

/** beats per minute that the form shows where the score has none */
const USUAL_BPM = 120;

/**
 * Handles a button, a menu or a form below one of our messages.
 *
 * @throws UserError
 */
export async function handlePress(bot: BotContext, interaction: PressInteraction): Promise<void> {
  const press = readPress(interaction.customId);
  if (!press) throw new UserError("jobUnknown");
  if (press.action === "forget") return await pressForget(bot, interaction, press.id);
  if (press.action === "choose") return await chooseRecordings(bot, interaction, press.id);
  const request = await bot.records.get(press.id);
  if (!request) throw new UserError("jobUnknown");
  if (press.action === "page") {
    const from = interaction.isStringSelectMenu() ? interaction.values[0] : press.argument;
    return await showAgain(bot, interaction, request, Number(from));
  }
  const isOwn = request.requester.userId === interaction.user.id;
  if (!isOwn && !isAdmin(interaction) && !isOwner(bot, interaction.user.id)) throw new UserError("notYours");
  if (press.action === "cancel") return await pressCancel(bot, interaction, request);
  if (press.action === "delete") return await pressDelete(interaction);
  if (press.action === "undo") return await pressUndo(bot, interaction, request);
  if (press.action === "show") return await showToEverybody(bot, interaction, request);
  if (press.action === "title" && interaction.isButton()) {
    const language = languageOf(interaction.locale);
    return await interaction.showModal(titleForm(language, request.id, request.result?.title ?? ""));
  }
  if (press.action === "play") return await pressPlay(bot, interaction, request);
  if (press.action === "audition")
    return await makeToPlay(bot, interaction, request, { output: "audition" }, isPrivate(interaction));
  if (interaction.isStringSelectMenu() && interaction.values[0] === TYPE_TEMPO) {
    const bpm = request.result?.tempo.perMinute ?? USUAL_BPM;
    return await interaction.showModal(tempoForm(languageOf(interaction.locale), request.id, bpm));
  }
  await change(bot, interaction, request, press);
}

async function pressCancel(
  bot: BotContext,
  interaction: PressInteraction,
  request: TranscriptionRequest,
): Promise<void> {
  await interaction.deferUpdate();
  if (await bot.requests.cancel(request)) return;
  const content = say(languageOf(interaction.locale), "nothingToCancel");
  await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
}

async function pressForget(bot: BotContext, interaction: PressInteraction, userId: string): Promise<void> {
  if (userId !== interaction.user.id) throw new UserError("notYours");
  await interaction.deferUpdate();
  await deleteUserData(bot, bot.requests, userId);
  await interaction.editReply({ content: say(languageOf(interaction.locale), "forgotten"), components: [] });
}

/** Transcribes the recordings that were chosen among those of a message. */
async function chooseRecordings(bot: BotContext, interaction: PressInteraction, offerId: string): Promise<void> {
  const offer = await bot.offers.get(interaction.user.id, offerId);
  const values = interaction.isStringSelectMenu() ? interaction.values : [];
  const origins = values.flatMap((value) => offer?.[Number(value)] ?? []).slice(0, MAX_CHOSEN);
  if (origins.length === 0) throw new UserError("jobUnknown");
  const admission = await admit(bot.preferences, placeOf(interaction));
  await interaction.deferUpdate();
  const { preferences } = admission;
  const wishes = origins.map((origin) => ({ origin, ...defaultsOf(preferences) }));
  await receiveBelow(bot, interaction, admission, wishes, preferences.private ?? false);
  await interaction.deleteReply();
}

/** Deletes the message; the score stays in the person's list. */
async function pressDelete(interaction: PressInteraction): Promise<void> {
  await interaction.deferUpdate();
  await interaction.deleteReply();
}

/** Shows the score as it was before its last correction. */
async function pressUndo(bot: BotContext, interaction: PressInteraction, request: TranscriptionRequest): Promise<void> {
  const parent = request.parentId === undefined ? undefined : await bot.records.get(request.parentId);
  if (!parent) throw new UserError("jobUnknown");
  await showAgain(bot, interaction, parent, 0);
}

/** Sends a private answer once more, for everybody. */
async function showToEverybody(
  bot: BotContext,
  interaction: PressInteraction,
  request: TranscriptionRequest,
): Promise<void> {
  await admit(bot.preferences, placeOf(interaction));
  const result = await storedResult(bot, request);
  const reply = await acknowledge(interaction, false);
  const view = await resultView(bot.store, { ...request, reply }, result, reply.sizeLimit);
  await editStatus(interaction.client.rest, reply, view);
}

/** Shows a score in the same message, from one of its pages; anybody who sees it may turn pages. */
async function showAgain(
  bot: BotContext,
  interaction: PressInteraction,
  request: TranscriptionRequest,
  from: number,
): Promise<void> {
  await interaction.deferUpdate();
  const result = await storedResult(bot, request);
  const reply = replyTo(interaction, interaction.message.id, isPrivate(interaction));
  await editStatus(
    interaction.client.rest,
    reply,
    await resultView(bot.store, { ...request, reply }, result, reply.sizeLimit, from),
  );
}

/** Asks for the same recording with other options, in the same message. */
async function change(
  bot: BotContext,
  interaction: PressInteraction,
  parent: TranscriptionRequest,
  press: Press,
): Promise<void> {
  const { source } = parent;
  if (!source) throw new UserError("jobUnknown");
  const admission = await admit(bot.preferences, placeOf(interaction));
  await interaction.deferUpdate();
  const reply = replyTo(interaction, interaction.message.id, isPrivate(interaction));
  const fresh = requestFrom(interaction, reply, { origin: { kind: "stored" } });
  const { kind, listen, play } = parent;
  const asBefore: TranscriptionRequest = { ...fresh, source, listen, notate: parent.notate };
  // An admin who presses a button below another person's score changes it for that person.
  const requester = { ...parent.requester, language: fresh.requester.language };
  if (press.action === "again") {
    const same = play ? { ...asBefore, kind, play } : asBefore;
    return await bot.requests.receive({ ...same, requester }, admission);
  }
  const kept = { ...asBefore, requester, parentId: parent.id };
  if (press.action === "separate") {
    return await bot.requests.receive({ ...kept, listen: { ...listen, separation: "on" } }, admission);
  }
  const notate = changeNotation(parent.notate, press.action, chosenValue(interaction, press.action));
  await bot.requests.receive({ ...kept, kind: "renotate", notate }, admission);
}

/** The choice of a menu or the text of a form. */
function chosenValue(interaction: PressInteraction, action: Action): string {
  if (interaction.isModalSubmit()) return interaction.fields.getTextInputValue(action);
  return interaction.isStringSelectMenu() ? interaction.values[0]! : "";
}

function changeNotation(notate: NotateOptions, action: Action, value: string): NotateOptions {
  switch (action) {
    case "half":
      return notate.bpm
        ? withTempo(notate, String(notate.bpm / 2))
        : { ...notate, tempoScale: notate.tempoScale === "double" ? "same" : "half" };
    case "double":
      return notate.bpm
        ? withTempo(notate, String(notate.bpm * 2))
        : { ...notate, tempoScale: notate.tempoScale === "half" ? "same" : "double" };
    case "tempo":
      return withTempo(notate, value);
    case "shift":
      return { ...notate, shiftDownbeat: (notate.shiftDownbeat + 1) % 16 };
    case "swing":
      return { ...notate, swing: "on" };
    case "straight":
      return { ...notate, swing: "off" };
    case "notation":
      return chooseNotation(notate, value);
    case "title":
      return notateOptionsSchema.parse({ ...notate, title: value.trim() || undefined });
    default:
      throw new Error(`${action} does not change the notation`);
  }
}
