import { setTimeout as sleep } from "node:timers/promises";
import { REQUEST_KINDS, type Request } from "@groovesheet/jobs/request.ts";
import { findResult, resultFolder, sourceKey } from "@groovesheet/jobs/results.ts";
import type { ObjectStore } from "@groovesheet/jobs/store.ts";
import { BOT_USER, type StoredMessage } from "../../tests/support/discord/world.ts";
import { readStat } from "../../tests/support/processes.ts";
import { isScore, type Stage } from "../../tests/support/stage.ts";
import type { Ask, Wish } from "./simulated-users.ts";

/** looks, half a second apart */
const BURIAL_LOOKS = 20;

export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  /** what must not be, a line each */
  readonly violations: readonly string[];
}

/** Looks at every wish, at the queue, the chat and the store when all is said and done. */
export async function judge(stage: Stage, store: ObjectStore, wishes: readonly Wish[]): Promise<Verdict> {
  const violations: string[] = [];
  const counts = { asks: 0, notHeard: 0, refused: 0, scores: 0, errors: 0, results: 0 };
  const expected = new Set<StoredMessage>();
  const records: Request[] = [];
  for (const wish of wishes) {
    let answers = 0;
    for (const ask of wish.asks) {
      counts.asks++;
      const record = await stage.records.get(ask.requestId);
      const seen = ask.seen();
      if (seen) expected.add(seen);
      if (!record) {
        if (!seen) counts.notHeard++;
        else counts.refused++;
        if (seen?.message.content === "") violations.push(`${describe(ask)}: left thinking for ever`);
        continue;
      }
      records.push(record);
      answers++;
      const answer = stage.discord.world.messages.get(record.reply.messageId ?? "");
      if (answer) expected.add(answer);
      if (seen && answer !== seen) {
        violations.push(`${describe(ask)}: beside the answer was left "${seen.message.content.slice(0, 60)}"`);
      }
      violations.push(...faultsOf(ask, record, answer));
      if (answer && isScore(answer)) counts.scores++;
      else if (answer) counts.errors++;
      if (record.state === "done") counts.results += await countResult(store, record);
    }
    if (answers === 0) violations.push(`${wish.material.name}: never answered`);
  }
  const written = [...stage.discord.world.messages.values()].filter(({ message }) => message.author.id === BOT_USER.id);
  for (const extra of written.filter((message) => !expected.has(message))) {
    violations.push(`a message that nobody waits for: ${extra.message.content.slice(0, 80)}`);
  }
  if (counts.results !== counts.scores) violations.push(`${counts.scores} scores but ${counts.results} results`);
  violations.push(...(await limbo(stage)), ...(await orphans(store, records)));
  return { counts, violations };
}

function faultsOf(ask: Ask, { state, failure }: Request, answer: StoredMessage | undefined): string[] {
  const { wrong } = ask.wish.material;
  const wanted = wrong ? "failed" : "done";
  if (state !== wanted) return [`${describe(ask)}: ${state} (${failure?.code ?? ""}) instead of ${wanted}`];
  if (!answer) return [`${describe(ask)}: no message holds its answer`];
  if (isScore(answer) !== (wrong === undefined))
    return [`${describe(ask)}: its message says ${answer.message.content}`];
  return [];
}

function describe({ wish, requestId }: Ask): string {
  return `${wish.material.name}${wish.material.wrong ? ` (${wish.material.wrong})` : ""}, ${requestId}`;
}

async function countResult(store: ObjectStore, { result, source, listen, notate }: Request): Promise<number> {
  if (!result || !source) return 0;
  return (await findResult(store, resultFolder(result.fingerprint, source, listen, notate))) ? 1 : 0;
}

/** What is neither finished nor at work. */
async function limbo(stage: Stage): Promise<string[]> {
  const open = (await stage.records.openIds()).map((id) => `${id} is owed an answer`);
  const queued = await Promise.all(
    REQUEST_KINDS.map((kind) => stage.queues[kind].getJobs(["active", "wait", "prioritized", "delayed"])),
  );
  return [...open, ...queued.flat().map((job) => `${job.id} is still in the queue`)];
}

/** What lies in the store and belongs to no request. */
async function orphans(store: ObjectStore, records: readonly Request[]): Promise<string[]> {
  const wanted = new Set<string>();
  for (const { source, result, listen, notate } of records) {
    if (source) wanted.add(sourceKey(source.hash));
    if (!source || !result) continue;
    const folder = resultFolder(result.fingerprint, source, listen, notate);
    const kept = await findResult(store, folder);
    wanted.add(`${folder}/result.json`);
    for (const key of [kept?.performanceKey, ...(kept?.artifacts.map((artifact) => artifact.key) ?? [])]) {
      if (key) wanted.add(key);
    }
  }
  const found: string[] = [];
  for await (const { key } of store.list()) if (!wanted.has(key)) found.push(`orphan in the store: ${key}`);
  return found;
}

/**
 * Waits a moment for the system to bury what has ended.
 *
 * @param processes what was seen running, with the moment it began
 * @returns those that are there still, dead or alive, a line each
 */
export async function remaining(processes: ReadonlyMap<number, string>): Promise<string[]> {
  for (let looks = 0; ; looks++) {
    const left = [...processes].flatMap(([pid, startedAt]) => {
      const now = readStat(pid);
      return now?.startedAt === startedAt ? [`process ${pid} is left, state ${now.state}`] : [];
    });
    if (left.length === 0 || looks === BURIAL_LOOKS) return left;
    await sleep(500);
  }
}
