import { UserError } from "@groovesheet/jobs/errors.ts";
import { currentFingerprint } from "@groovesheet/jobs/queue/processors.ts";
import {
  isOpen,
  jobSchema,
  type OpenState,
  type Reply,
  type RequestState,
  type TranscriptionRequest,
} from "@groovesheet/jobs/request.ts";
import { findResult, resultFolder, sourceKey } from "@groovesheet/jobs/stores/results.ts";
import { openOneAtATime } from "../concurrency/one-at-a-time.ts";
import type { Services } from "../services.ts";
import type { Admission } from "./admission.ts";
import { answeredWith, CANCELLED, deliverAnswer, failedWith } from "./answer.ts";
import type { Outcome } from "./chat.ts";
import type { FetchSource } from "./fetch-source.ts";
import { jobOutcome } from "./job-outcome.ts";
import { createWithinLimits } from "./limits.ts";
import type { StatusBoard } from "./status-board.ts";
import { deleteUnnamed } from "./stored-objects.ts";
import { statesBefore, TRANSITIONS } from "./transitions.ts";

export interface Requests {
  /**
   * Takes a new request: reserves its share of the limits, writes its record, acknowledges it and starts work on it.
   *
   * @param admission proof that the server's rules allow it
   * @param acknowledge shows the person that work began, when the record is written: the next bot finds it
   * @throws UserError where a limit is reached, and what `acknowledge` throws
   */
  receive(request: TranscriptionRequest, admission: Admission, acknowledge?: () => Promise<Reply>): Promise<void>;
  /** Takes an open request as far as it can go now. It never throws: after an error that is logged, a sweep tries again. */
  advance(id: string): Promise<void>;
  /** @returns false where the request is finished already */
  cancel(request: TranscriptionRequest): Promise<boolean>;
  /** @throws UserError jobUnknown where there is no failed job */
  retry(request: TranscriptionRequest): Promise<void>;
  /** Stops downloads, which the next bot starts again, and waits a while for answers that are being delivered. */
  stop(ms: number): Promise<void>;
}

/** milliseconds after which a request is given up that cannot be brought into the queue */
const INTAKE_MS = 30 * 60_000;

export function openRequests(services: Services, board: StatusBoard, fetchSource: FetchSource): Requests {
  const { records, claims, queues, store, cancellation, log } = services;
  const work = openOneAtATime();
  /** ids that wait for their turn: one waiting turn sees all that happened before it */
  const waiting = new Set<string>();
  const downloads = new Map<string, AbortController>();

  /** @returns false where the record is in none of the states: somebody else was faster */
  async function move(
    next: TranscriptionRequest,
    from: readonly RequestState[] = statesBefore(next.state),
  ): Promise<boolean> {
    const illegal = from.find((state) => !TRANSITIONS[state].includes(next.state));
    if (illegal) throw new Error(`a request that is ${illegal} cannot become ${next.state}`);
    return await records.move(next, from);
  }

  /** received → fetched */
  async function fetchRecording(request: TranscriptionRequest): Promise<boolean> {
    await board.showFetching(request);
    const source = (await hasRecording(request)) ? request.source : await download(request);
    const isFetched = await move({ ...request, source, state: "fetched" }, ["received"]);
    // It was cancelled or deleted meanwhile: what was stored after that belongs to nobody.
    if (!isFetched && source) await deleteUnnamed(services, source.hash, []);
    return isFetched;
  }

  /** A change to a score needs no recording (a video does): the score is written again from what was heard. */
  async function hasRecording({ kind, source }: TranscriptionRequest): Promise<boolean> {
    return kind === "renotate" || (source !== undefined && (await store.has(sourceKey(source.hash))));
  }

  async function download(request: TranscriptionRequest) {
    const abort = new AbortController();
    downloads.set(request.id, abort);
    try {
      return await fetchSource(request, abort.signal);
    } finally {
      downloads.delete(request.id);
    }
  }

  /** fetched → queued; → done where the score is stored; → received where the recording is gone */
  async function putInQueue(request: TranscriptionRequest): Promise<boolean> {
    const job = jobSchema.parse(request);
    if (!(await hasRecording(request))) return await move({ ...request, state: "received" }, ["fetched"]);
    const fingerprint = await currentFingerprint(services.redis, services.settings.REDIS_PREFIX);
    const folder = fingerprint && resultFolder(fingerprint, job.source, job.listen, job.notate, job.play);
    const result = folder && (await findResult(store, folder));
    if (result) return await answer(request, { state: "done", result });
    return await move({ ...request, state: "queued" }, ["fetched"]);
  }

  /** queued → done, failed, cancelled, when the job is finished; until then the status message follows it */
  async function followJob(request: TranscriptionRequest): Promise<boolean> {
    const outcome = await jobOutcome(services, request);
    if (outcome) return await answer(request, outcome);
    board.follow(request);
    return false;
  }

  /** open → done, failed, cancelled. One process answers; if it is interrupted, the request stays open for a sweep. */
  async function answer(request: TranscriptionRequest, outcome: Outcome): Promise<false> {
    const release = await claims.claim(request.id);
    if (!release) return false;
    try {
      const current = await records.get(request.id);
      if (!current || !isOpen(current)) return false;
      await board.end(request.id);
      const answered = answeredWith(current, outcome);
      const reply = await deliverAnswer(services, answered, outcome);
      await move(reply ? { ...answered, reply } : answered);
      services.metrics.answered(answered, reply !== undefined);
      return false;
    } finally {
      await release();
    }
  }

  const steps = { received: fetchRecording, fetched: putInQueue, queued: followJob } satisfies Record<
    OpenState,
    (request: TranscriptionRequest) => Promise<boolean>
  >;

  async function takeSteps(id: string): Promise<void> {
    for (;;) {
      const request = await records.get(id);
      if (!request) return await records.drop(id); // the record is older than records are kept
      const step = steps[request.state as OpenState];
      if (!step || !(await step(request).catch((error) => fail(request, error)))) return;
    }
  }

  async function fail(request: TranscriptionRequest, error: unknown): Promise<false> {
    const isIntake = request.state !== "queued";
    if (isIntake && error instanceof UserError)
      return await answer(request, failedWith({ code: error.code, facts: { ...error.facts } }));
    if (isIntake && error instanceof Error && error.name === "AbortError") return false; // it was cancelled, or the bot stops
    if (!isIntake || Date.now() - request.createdAt < INTAKE_MS) throw error;
    log.error({ err: error, job: request.id }, "request given up");
    return await answer(request, failedWith({ code: "internal", facts: {} }));
  }

  async function advance(id: string): Promise<void> {
    if (waiting.has(id)) return;
    waiting.add(id);
    const turn = work.run(id, () => {
      waiting.delete(id);
      return takeSteps(id);
    });
    await turn.catch((err) => log.warn({ err, job: id }, "the next sweep tries again"));
  }

  /** A newer change of the score in the same message takes the place of one that is not written yet. */
  async function replaceOlderChanges(request: TranscriptionRequest): Promise<void> {
    for (const other of await records.openChanges(request.requester.userId)) {
      const isOlder = other.id !== request.id && other.createdAt <= request.createdAt;
      if (!isOlder || other.reply.messageId !== request.reply.messageId) continue;
      await move({ ...other, state: "cancelled", failure: CANCELLED.failure }); // without an answer: the newer one has it
      await cancellation.cancel(other.id);
      await board.end(other.id);
      await queues[other.kind].remove(other.id);
    }
  }

  async function enter(
    request: TranscriptionRequest,
    acknowledge: (() => Promise<Reply>) | undefined,
  ): Promise<boolean> {
    if (!(await createWithinLimits(services, request))) return false;
    if (!acknowledge) return true;
    try {
      const acknowledged = { ...request, reply: await acknowledge() };
      await records.move(acknowledged, ["received"]);
      return true;
    } catch (error) {
      await records.discard(request);
      throw error;
    }
  }

  /** Presses that arrive together replace each other in their order. */
  function enterChange(
    request: TranscriptionRequest,
    acknowledge: (() => Promise<Reply>) | undefined,
  ): Promise<boolean> {
    return work.run(`changes of ${request.requester.userId}`, async () => {
      await replaceOlderChanges(request);
      return await enter(request, acknowledge);
    });
  }

  return {
    advance,

    async receive(request, _, acknowledge) {
      const begin = request.kind === "transcribe" ? enter : enterChange;
      // A sweep that finds the record waits until the request is acknowledged.
      if (await work.run(request.id, () => begin(request, acknowledge))) void advance(request.id);
    },

    async cancel(request) {
      if (!isOpen(request)) return false;
      await cancellation.cancel(request.id);
      downloads.get(request.id)?.abort();
      const inQueue = () => queues[request.kind].getJob(request.id);
      const job = await inQueue();
      if (job && (await job.isActive())) return true; // the processor stops it, and its end is the answer
      if (job && ((await job.isCompleted()) || (await job.isFailed()))) return false;
      await job?.remove().catch(() => {}); // it began at this moment: then the processor stops it
      if (!(await inQueue())) await answer(request, CANCELLED);
      return true;
    },

    async retry(request) {
      // A sweep that finds the request queued waits until its job is.
      await work.run(request.id, async () => {
        const job = await queues[request.kind].getJob(request.id);
        if (request.state !== "failed" || !job || !(await job.isFailed())) throw new UserError("jobUnknown");
        const { failure: _, ...before } = request;
        if (!(await move({ ...before, state: "queued" }, ["failed"]))) throw new UserError("jobUnknown");
        await job.retry("failed", { resetAttemptsMade: true });
      });
      void advance(request.id);
    },

    async stop(ms) {
      for (const download of downloads.values()) download.abort();
      await work.settled(ms);
    },
  };
}
