import { afterEach, beforeEach, expect } from "vitest";
import type { StoredInteraction } from "./discord/interactions.ts";
import { type UploadedFile, until } from "./discord/server.ts";
import type { StoredMessage } from "./discord/world.ts";
import { isScore, Stage, sound } from "./stage.ts";

/** Ann's actions in a chat, and what she sees there. */
export interface Asking {
  readonly stage: Stage;
  readonly ann: () => ReturnType<Stage["discord"]["person"]>;
  /** sends /transcribe with a recording and other options */
  readonly ask: (file?: UploadedFile, options?: object) => StoredInteraction;
  /** waits until her job is in the queue */
  readonly queued: (asked: StoredInteraction) => Promise<unknown>;
  /** messages with a score, in any channel */
  readonly scores: () => StoredMessage[];
  /** waits until all requests are answered; then there must be exactly one score */
  readonly exactlyOne: () => Promise<StoredMessage>;
}

/**
 * Opens a stage for each test, with a bot on it.
 *
 * @param take creates a recording that nobody has sent before
 * @param patience milliseconds within which a score must appear
 * @param settings creates the bot's settings once the stage is open
 */
export function asking(
  take = () => sound(),
  patience = 25_000,
  settings: (stage: Stage) => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv> = () => ({}),
): Asking {
  const stage = new Stage();
  beforeEach(async () => {
    await stage.open();
    await stage.startBot(await settings(stage));
  });
  afterEach(() => stage.close());

  const ann = () => stage.discord.person("ann");
  const scores = () => [...stage.discord.world.messages.values()].filter((each) => !each.deleted && isScore(each));
  return {
    stage,
    ann,
    scores,
    ask: (file = take(), options = {}) => stage.discord.command({ by: ann() }, "transcribe", { file, ...options }),
    queued: (asked) => until(async () => stage.queues.transcribe.getJob(`i${asked.id}`)),
    async exactlyOne() {
      await until(() => scores().length > 0, patience);
      await stage.settled();
      expect(scores()).toHaveLength(1);
      return scores()[0]!;
    },
  };
}
