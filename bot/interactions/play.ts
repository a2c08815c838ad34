import { UserError } from "@groovesheet/jobs/errors.ts";
import type { PlayOptions } from "@groovesheet/jobs/options.ts";
import type { Reply, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { RepliableInteraction } from "discord.js";
import type { BotContext } from "../context.ts";
import { choosePlay, playOptionsFor } from "../messages/views/play-view.ts";
import { type Admission, admit } from "../requests/admission.ts";
import type { PressInteraction } from "./command.ts";
import { acknowledge, isPrivate, replyTo, requestFrom } from "./create-request.ts";
import { placeOf } from "./permissions.ts";

/**
 * Makes a play-along video: the button below a score makes one in a message of its own, the menu below a video another one
 * in its place.
 *
 * @param parent the request whose score, or video, the message shows
 * @throws UserError
 */
export async function pressPlay(
  bot: BotContext,
  interaction: PressInteraction,
  parent: TranscriptionRequest,
): Promise<void> {
  const onlyCaller = isPrivate(interaction);
  if (!interaction.isStringSelectMenu() || !parent.play)
    return await makeToPlay(bot, interaction, parent, {}, onlyCaller);
  const play = choosePlay(parent.play, interaction.values[0]!);
  const admission = await admitPlay(bot, interaction, parent, play);
  await interaction.deferUpdate();
  const reply = replyTo(interaction, interaction.message.id, onlyCaller);
  const request = playRequest(interaction, reply, parent, play);
  await bot.requests.receive({ ...request, parentId: parent.id }, admission);
}

/**
 * Makes a play-along video or an audition in a new message.
 *
 * @param score the request whose score is shown
 * @throws UserError
 */
export async function makeToPlay(
  bot: BotContext,
  interaction: RepliableInteraction,
  score: TranscriptionRequest,
  wish: Partial<PlayOptions>,
  onlyCaller: boolean,
): Promise<void> {
  const admission = await admitPlay(bot, interaction, score, wish);
  const reply = await acknowledge(interaction, onlyCaller);
  const request = playRequest(interaction, reply, score, playOptionsFor(reply.sizeLimit, wish));
  await bot.requests.receive(request, admission);
}

async function admitPlay(
  bot: BotContext,
  interaction: RepliableInteraction,
  { source, result }: TranscriptionRequest,
  { sound = "song" }: Partial<PlayOptions>,
): Promise<Admission> {
  if (!source) throw new UserError("jobUnknown");
  if (sound !== "song" && !result?.separated) throw new UserError("stemsMissing");
  return await admit(bot.preferences, placeOf(interaction));
}

function playRequest(
  interaction: RepliableInteraction,
  reply: Reply,
  parent: TranscriptionRequest,
  play: PlayOptions,
): TranscriptionRequest {
  const { source, listen, notate, requester } = parent;
  const fresh = requestFrom(interaction, reply, { origin: { kind: "stored" } });
  return {
    ...fresh,
    kind: "play",
    ...(source && { source }),
    listen,
    notate,
    play,
    // an admin who presses a button below another person's score makes it for that person
    requester: { ...requester, language: fresh.requester.language },
  };
}
