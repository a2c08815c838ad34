import { UserError, type UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Limit } from "../persistence/groups.ts";
import { LimitReachedError } from "../persistence/records.ts";
import type { Services } from "../services.ts";

/** What people may do in a server: the owners' limits take the place of the environment's, the server's only lower them. */
export async function limitsIn({ settings, preferences }: Services, guildId: string | undefined) {
  const [overrides, guild] = await Promise.all([
    preferences.limits(),
    guildId ? preferences.guild(guildId) : undefined,
  ]);
  const atOnce = overrides.userAtOnce ?? settings.LIMIT_USER_AT_ONCE;
  const perDay = overrides.userPerDay ?? settings.LIMIT_USER_PER_DAY;
  const minutes = overrides.userMinutesPerDay ?? settings.LIMIT_USER_MINUTES_PER_DAY;
  const serverMinutes = overrides.serverMinutesPerDay ?? settings.LIMIT_SERVER_MINUTES_PER_DAY;
  return {
    atOnce: Math.min(atOnce, guild?.userAtOnce ?? atOnce),
    perDay: Math.min(perDay, guild?.userPerDay ?? perDay),
    minutes: Math.min(minutes, guild?.userMinutesPerDay ?? minutes),
    serverMinutes: Math.min(serverMinutes, guild?.serverMinutesPerDay ?? serverMinutes),
    allMinutes: overrides.minutesPerDay ?? settings.LIMIT_MINUTES_PER_DAY,
  };
}

/** @returns what is left of a person's limits */
export async function allowanceOf(services: Services, userId: string, guildId: string | undefined) {
  const group = { user: userId };
  const [limits, running, today, seconds] = await Promise.all([
    limitsIn(services, guildId),
    services.records.used({ group, measure: "unfinished" }),
    services.records.used({ group, measure: "today" }),
    services.records.used({ group, measure: "seconds" }),
  ]);
  return {
    atOnce: Math.max(0, limits.atOnce - running),
    jobs: Math.max(0, limits.perDay - today),
    minutes: Math.max(0, Math.floor(limits.minutes - seconds / 60)),
  };
}

/**
 * Writes the record of a request and reserves its share of all limits, in one step: of requests that arrive together,
 * no more pass than the limits allow. What is reserved is given back when the request is answered.
 *
 * @returns false where the request is known already
 * @throws UserError naming the limit that is reached
 */
export async function createWithinLimits(services: Services, request: TranscriptionRequest): Promise<boolean> {
  const limits = await limitsFor(services, request);
  try {
    return await services.records.create(request, limits);
  } catch (error) {
    if (!(error instanceof LimitReachedError)) throw error;
    const { code, measure, maximum } = limits[error.index]!;
    throw new UserError(code, { maximum: measure === "seconds" ? maximum / 60 : maximum });
  }
}

type NamedLimit = Limit & { readonly code: UserErrorCode };

/** The person's own limits come first: they are the ones that the person can do something about. */
async function limitsFor(services: Services, request: TranscriptionRequest): Promise<readonly NamedLimit[]> {
  const { userId, guildId } = request.requester;
  const { settings } = services;
  if (request.kind !== "transcribe") {
    const group = { changesOf: userId };
    return [{ group, measure: "unfinished", maximum: settings.LIMIT_USER_CHANGES, code: "tooManyChanges" }];
  }
  const limits = await limitsIn(services, guildId);
  const user = { user: userId };
  const everybody = "everybody" as const;
  const ofGuild = (guild: string): NamedLimit[] => [
    { group: { guild }, measure: "unfinished", maximum: settings.LIMIT_SERVER_AT_ONCE, code: "serverTooManyAtOnce" },
    { group: { guild }, measure: "today", maximum: settings.LIMIT_SERVER_PER_DAY, code: "serverTooManyToday" },
    { group: { guild }, measure: "seconds", maximum: limits.serverMinutes * 60, code: "serverTooManyMinutes" },
  ];
  return [
    { group: user, measure: "unfinished", maximum: limits.atOnce, code: "tooManyAtOnce" },
    { group: user, measure: "today", maximum: limits.perDay, code: "tooManyToday" },
    { group: user, measure: "seconds", maximum: limits.minutes * 60, code: "tooManyMinutes" },
    ...(guildId ? ofGuild(guildId) : []),
    { group: everybody, measure: "unfinished", maximum: settings.LIMIT_QUEUE, code: "queueFull" },
    { group: everybody, measure: "today", maximum: settings.LIMIT_PER_DAY, code: "everybodyTooManyToday" },
    { group: everybody, measure: "seconds", maximum: limits.allMinutes * 60, code: "everybodyTooManyMinutes" },
  ];
}
