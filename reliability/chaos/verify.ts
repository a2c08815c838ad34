import { setTimeout as sleep } from "node:timers/promises";
import { sayNotice } from "@groovesheet/bot/i18n/translate.ts";
import { finishedText, LONG_MS } from "@groovesheet/bot/messages/finished-notice.ts";
import { notice } from "@groovesheet/jobs/notices.ts";
import { REQUEST_KINDS, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { findResult, resultFolder, sourceKey } from "@groovesheet/jobs/stores/results.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { BOT_USER, type StoredMessage } from "../../tests/support/discord/world.ts";
import { readStat } from "../../tests/support/processes.ts";
import { isScore, type Stage } from "../../tests/support/stage.ts";
import { givesScore } from "./recordings.ts";
import type { Attempt, SimulatedUser } from "./simulated-users.ts";

/** number of checks, half a second apart */
const REAP_CHECKS = 20;

export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  /** one line for each violation */
  readonly violations: readonly string[];
}

/** Checks every request, the queue, the chat and the store after the run. */
export async function verify(stage: Stage, store: ObjectStore, users: readonly SimulatedUser[]): Promise<Verdict> {
  const violations: string[] = [];
  const counts = { attempts: 0, unacknowledged: 0, refused: 0, scores: 0, errors: 0, results: 0 };
  const expected = new Set<StoredMessage>();
  const records: TranscriptionRequest[] = [];
  for (const user of users) {
    let answers = 0;
    for (const attempt of user.attempts) {
      counts.attempts++;
      const record = await stage.records.get(attempt.requestId);
      const seen = attempt.seen();
      if (seen) expected.add(seen);
      if (!record) {
        if (!seen) counts.unacknowledged++;
        else counts.refused++;
        if (seen?.message.content === "") violations.push(`${describe(attempt)}: acknowledged but never answered`);
        continue;
      }
      records.push(record);
      answers++;
      const answer = stage.discord.world.messages.get(record.reply.messageId ?? "");
      if (answer) expected.add(answer);
      const mention = finishedMention(stage, record);
      if (mention) expected.add(mention);
      if (seen && answer !== seen) {
        violations.push(`${describe(attempt)}: an extra message was left: "${seen.message.content.slice(0, 60)}"`);
      }
      violations.push(...faultsOf(attempt, record, answer));
      if (answer && isScore(answer)) counts.scores++;
      else if (answer) counts.errors++;
      if (record.state === "done") counts.results += await countResult(store, record);
    }
    if (answers === 0) violations.push(`${user.recording.name}: never answered`);
  }
  const written = [...stage.discord.world.messages.values()].filter(({ message }) => message.author.id === BOT_USER.id);
  for (const extra of written.filter((message) => !expected.has(message))) {
    violations.push(`an unexpected message: ${extra.message.content.slice(0, 80)}`);
  }
  if (counts.results !== counts.scores) violations.push(`${counts.scores} scores but ${counts.results} results`);
  violations.push(...(await unfinished(stage)), ...(await orphans(store, records)));
  return { counts, violations };
}

/** @returns the message that mentions the person because the song took long */
function finishedMention(stage: Stage, request: TranscriptionRequest): StoredMessage | undefined {
  const text = finishedText(request);
  return stage.discord
    .written(request.reply.channelId)
    .find(({ message }) => message.content === text && Date.parse(message.timestamp) - request.createdAt > LONG_MS);
}

function faultsOf(
  attempt: Attempt,
  { state, failure }: TranscriptionRequest,
  answer: StoredMessage | undefined,
): string[] {
  const { recording } = attempt.user;
  const wanted = givesScore(recording) ? "done" : "failed";
  if (state !== wanted) return [`${describe(attempt)}: ${state} (${failure?.code ?? ""}) instead of ${wanted}`];
  if (!answer) return [`${describe(attempt)}: no message holds its answer`];
  const { content } = answer.message;
  const isRight = isScore(answer) === givesScore(recording) && saysCutOff(content) === (recording.defect === "cutOff");
  return isRight ? [] : [`${describe(attempt)}: its message says ${content}`];
}

/** @returns whether an answer says that the end of the file is missing */
function saysCutOff(content: string): boolean {
  const [before] = sayNotice("en", notice("endMissing")).split("?");
  return content.includes(before!);
}

function describe({ user, requestId }: Attempt): string {
  return `${user.recording.name}${user.recording.defect ? ` (${user.recording.defect})` : ""}, ${requestId}`;
}

async function countResult(
  store: ObjectStore,
  { result, source, listen, notate }: TranscriptionRequest,
): Promise<number> {
  if (!result || !source) return 0;
  return (await findResult(store, resultFolder(result.fingerprint, source, listen, notate))) ? 1 : 0;
}

/** @returns requests and jobs that are not finished, one line each */
async function unfinished(stage: Stage): Promise<string[]> {
  const open = (await stage.records.openIds()).map((id) => `${id} is still unanswered`);
  const queued = await Promise.all(
    REQUEST_KINDS.map((kind) => stage.queues[kind].getJobs(["active", "wait", "prioritized", "delayed"])),
  );
  return [...open, ...queued.flat().map((job) => `${job.id} is still in the queue`)];
}

/** @returns objects in the store that belong to no request, one line each */
async function orphans(store: ObjectStore, records: readonly TranscriptionRequest[]): Promise<string[]> {
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
 * Waits until the system has reaped the processes that ended.
 *
 * @param processes the processes seen during the run, by id, with their start times
 * @returns those that still exist, including zombies, one line each
 */
export async function remaining(processes: ReadonlyMap<number, string>): Promise<string[]> {
  for (let looks = 0; ; looks++) {
    const left = [...processes].flatMap(([pid, startedAt]) => {
      const now = readStat(pid);
      return now?.startedAt === startedAt ? [`process ${pid} is left, state ${now.state}`] : [];
    });
    if (left.length === 0 || looks === REAP_CHECKS) return left;
    await sleep(500);
  }
}
