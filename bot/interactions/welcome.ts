import { type Guild, PermissionFlagsBits, type TextChannel } from "discord.js";
import { languageOf, say } from "../i18n/translate.ts";

/** Writes three lines of help where the bot was added: into the system channel, else into the first where it may write. */
export async function welcome(guild: Guild): Promise<void> {
  const { me } = guild.members;
  const mayWrite = (channel: TextChannel) =>
    me === null || channel.permissionsFor(me).has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages]);
  const textChannels = guild.channels.cache.filter(
    (channel): channel is TextChannel => channel.isTextBased() && "rawPosition" in channel && !channel.isVoiceBased(),
  );
  const candidates = [guild.systemChannel, ...textChannels.sort((a, b) => a.rawPosition - b.rawPosition).values()];
  const channel = candidates.find((each) => each !== null && mayWrite(each));
  await channel?.send({ content: say(languageOf(guild.preferredLocale), "welcome"), allowedMentions: { parse: [] } });
}
