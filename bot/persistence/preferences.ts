import { detailSchema, notateOptionsSchema, separationSchema } from "@groovesheet/jobs/options.ts";
import { idSchema, LANGUAGES, type Language } from "@groovesheet/jobs/request.ts";
import type { Redis } from "ioredis";
import { z } from "zod";

/** What the admins of a server chose. */
export const guildPreferencesSchema = z.object({
  /** the only channels where it answers; empty: all */
  channels: z.array(idSchema).default([]),
  /** the only roles that may use it; empty: all */
  roles: z.array(idSchema).default([]),
  separation: separationSchema.optional(),
  detail: detailSchema.optional().catch(undefined),
  grid: notateOptionsSchema.shape.grid.unwrap().optional(),
  /** answers are shown to the caller alone unless they say otherwise */
  private: z.boolean().default(false),
  /** unfinished jobs of one person here */
  userAtOnce: z.number().int().positive().optional(),
  /** jobs a day of one person here */
  userPerDay: z.number().int().positive().optional(),
  /** minutes of music a day of one person here */
  userMinutesPerDay: z.number().int().positive().optional(),
  /** minutes of music a day of everybody here */
  serverMinutesPerDay: z.number().int().positive().optional(),
});

/** Limits that the owners set while it runs; what is absent is as the environment says. */
export const limitOverridesSchema = z.object({
  userAtOnce: z.number().int().positive().optional(),
  userPerDay: z.number().int().positive().optional(),
  userMinutesPerDay: z.number().int().positive().optional(),
  serverMinutesPerDay: z.number().int().positive().optional(),
  minutesPerDay: z.number().int().positive().optional(),
});

export type GuildPreferences = z.output<typeof guildPreferencesSchema>;
export type LimitOverrides = z.output<typeof limitOverridesSchema>;

export interface Preferences {
  guild(guildId: string): Promise<GuildPreferences>;
  saveGuild(guildId: string, preferences: GuildPreferences): Promise<void>;
  limits(): Promise<LimitOverrides>;
  saveLimits(limits: LimitOverrides): Promise<void>;
  /** the language a person last used; direct messages do not name one */
  language(userId: string): Promise<Language | undefined>;
  saveLanguage(userId: string, language: Language): Promise<void>;
  deleteLanguage(userId: string): Promise<void>;
}

export function openPreferences(redis: Redis, prefix: string, keepDays: number): Preferences {
  const guildKey = (id: string) => `${prefix}:guild:${id}`;
  const languageKey = (id: string) => `${prefix}:language:${id}`;
  const read = async <S extends z.ZodType>(key: string, schema: S) =>
    schema.parse(JSON.parse((await redis.get(key)) ?? "{}"));
  return {
    guild: (guildId) => read(guildKey(guildId), guildPreferencesSchema),
    saveGuild: async (guildId, preferences) => {
      await redis.set(guildKey(guildId), JSON.stringify(preferences));
    },
    limits: () => read(`${prefix}:limits`, limitOverridesSchema),
    saveLimits: async (limits) => {
      await redis.set(`${prefix}:limits`, JSON.stringify(limits));
    },
    language: async (userId) => {
      const stored = await redis.get(languageKey(userId));
      return LANGUAGES.find((known) => known === stored);
    },
    saveLanguage: async (userId, language) => {
      await redis.set(languageKey(userId), language, "EX", keepDays * 24 * 3600);
    },
    deleteLanguage: async (userId) => {
      await redis.del(languageKey(userId));
    },
  };
}
