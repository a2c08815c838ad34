import { UserError, type UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { Request } from "@groovesheet/jobs/request.ts";
import type { BotContext } from "../context.ts";
import type { Standing } from "../persistence/records.ts";

/** Minutes that a song counts until it is answered and its length is known: songs in work are no way around a limit. */
const USUAL_MINUTES = 4;

/** What people may do in a server, from the environment, the owners' word and the server's, the strictest last. */
export async function limitsIn(bot: BotContext, guildId: string | undefined) {
  const [overrides, guild] = await Promise.all([
    bot.preferences.limits(),
    guildId ? bot.preferences.guild(guildId) : undefined,
  ]);
  const atOnce = overrides.userAtOnce ?? bot.settings.LIMIT_USER_AT_ONCE;
  const perDay = overrides.userPerDay ?? bot.settings.LIMIT_USER_PER_DAY;
  const minutes = overrides.userMinutesPerDay ?? bot.settings.LIMIT_USER_MINUTES_PER_DAY;
  const serverMinutes = overrides.serverMinutesPerDay ?? bot.settings.LIMIT_SERVER_MINUTES_PER_DAY;
  return {
    atOnce: Math.min(atOnce, guild?.userAtOnce ?? atOnce),
    perDay: Math.min(perDay, guild?.userPerDay ?? perDay),
    minutes: Math.min(minutes, guild?.userMinutesPerDay ?? minutes),
    serverMinutes: Math.min(serverMinutes, guild?.serverMinutesPerDay ?? serverMinutes),
    allMinutes: overrides.minutesPerDay ?? bot.settings.LIMIT_MINUTES_PER_DAY,
  };
}

/**
 * Holds a request that is in the records against all limits.
 *
 * @returns how many unfinished requests the person has besides: its place in the order of fairness
 * @throws UserError naming the limit that is reached
 */
export async function checkLimits(bot: BotContext, request: Request): Promise<number> {
  const { userId, guildId } = request.requester;
  const { settings, records } = bot;
  const [limits, user, guild, everybody, userSeconds, guildSeconds, allSeconds] = await Promise.all([
    limitsIn(bot, guildId),
    records.standing(request, { user: userId }),
    guildId ? records.standing(request, { guild: guildId }) : { unfinishedBefore: 0, todayBefore: 0 },
    records.standing(request, "everybody"),
    records.secondsToday({ user: userId }),
    guildId ? records.secondsToday({ guild: guildId }) : 0,
    records.secondsToday("everybody"),
  ]);
  const minutes = (seconds: number, { unfinishedBefore }: Standing) => seconds / 60 + USUAL_MINUTES * unfinishedBefore;
  const checks: readonly (readonly [reached: number, maximum: number, code: UserErrorCode])[] = [
    [user.unfinishedBefore, limits.atOnce, "tooManyAtOnce"],
    [user.todayBefore, limits.perDay, "tooManyToday"],
    [minutes(userSeconds, user), limits.minutes, "tooManyMinutes"],
    [guild.unfinishedBefore, settings.LIMIT_SERVER_AT_ONCE, "serverTooManyAtOnce"],
    [guild.todayBefore, settings.LIMIT_SERVER_PER_DAY, "serverTooManyToday"],
    [minutes(guildSeconds, guild), limits.serverMinutes, "serverTooManyMinutes"],
    [everybody.unfinishedBefore, settings.LIMIT_QUEUE, "queueFull"],
    [everybody.todayBefore, settings.LIMIT_PER_DAY, "everybodyTooManyToday"],
    [minutes(allSeconds, everybody), limits.allMinutes, "everybodyTooManyMinutes"],
  ];
  for (const [reached, maximum, code] of checks) if (reached >= maximum) throw new UserError(code, { maximum });
  return user.unfinishedBefore;
}
