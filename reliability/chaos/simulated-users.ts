import type { Records } from "@groovesheet/bot/persistence/records.ts";
import { isOpen } from "@groovesheet/jobs/request.ts";
import type { StoredInteraction } from "../../tests/support/discord/interactions.ts";
import type { LocalDiscord } from "../../tests/support/discord/server.ts";
import type { StoredMessage } from "../../tests/support/discord/world.ts";
import type { Material } from "./material.ts";

/** milliseconds after which a person sees that the bot did not hear them */
const UNHEARD_MS = { command: 5000, direct: 15_000 };
/** milliseconds after which an answer that only says that it is thought about counts as forgotten */
const FORGOTTEN_MS = 60_000;

/** One message or command of a person. */
export interface Ask {
  /** of the request that it becomes */
  readonly requestId: string;
  readonly wish: Wish;
  readonly at: number;
  readonly interaction?: StoredInteraction;
  readonly seen: () => StoredMessage | undefined;
}

/** What a person wants, and how often they had to say it. */
export interface Wish {
  readonly material: Material;
  readonly direct: boolean;
  readonly asks: Ask[];
  state: "unsaid" | "waiting" | "answered";
  /** seconds from its first asking to its answer */
  waited?: number;
}

export type Standing = "answered" | "working" | "unheard" | "refused" | "thinking";

/** Says a wish, by command or direct message. Every wish is a person of its own. */
export function say(discord: LocalDiscord, wish: Wish): void {
  const { material } = wish;
  const by = discord.person(material.name.replace("Take ", "p"));
  const file = { name: `${material.name} ${wish.asks.length}.wav`, type: "audio/wav", data: material.data };
  const at = performance.now();
  wish.state = "waiting";
  if (wish.direct) {
    const before = new Set(discord.written(by));
    const { message } = discord.direct(by, "", [file]);
    const seen = () => discord.written(by).find((written) => !before.has(written));
    wish.asks.push({ requestId: `m${message.id}-0`, wish, at, seen });
  } else {
    const interaction = discord.command({ by }, "transcribe", { file });
    const seen = () => (interaction.messageId ? discord.original(interaction) : undefined);
    wish.asks.push({ requestId: `i${interaction.id}`, wish, at, interaction, seen });
  }
}

/** How things stand with what was asked, as far as Redis and the chat tell. @throws where Redis is away */
export async function standingOf(ask: Ask, records: Records): Promise<Standing> {
  const record = await records.get(ask.requestId);
  const closed = record && !isOpen(record);
  if (closed) return "answered";
  if (record) return "working";
  const waited = performance.now() - ask.at;
  const content = ask.seen()?.message.content;
  if (content) return "refused";
  if (content === "" && waited < FORGOTTEN_MS) return "thinking";
  if (content === "") return "refused"; // shown by the judge as a limbo
  const patience = ask.interaction ? UNHEARD_MS.command : UNHEARD_MS.direct;
  return waited < patience ? "thinking" : "unheard";
}

/** How long people waited, a line for each kind of recording, the three that waited longest by their requests. */
export function describeWaits(wishes: readonly Wish[]): string[] {
  const kindOf = ({ material }: Wish) => material.wrong ?? "good";
  return [...new Set(wishes.map(kindOf))].map((kind) => {
    const group = wishes.filter((wish) => kindOf(wish) === kind);
    const sorted = group.toSorted((a, b) => (b.waited ?? 0) - (a.waited ?? 0));
    const seconds = (wish: Wish | undefined) => `${(wish?.waited ?? 0).toFixed(0)} s`;
    const longest = sorted.slice(0, 3).map((wish) => `${seconds(wish)} (${wish.asks.at(-1)?.requestId})`);
    const median = seconds(sorted[Math.floor(sorted.length / 2)]);
    return `waited, ${kind}: half of them at most ${median}, longest ${longest.join(", ")}`;
  });
}
