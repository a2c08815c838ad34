import { UnrecoverableError } from "bullmq";
import { FAULTS, type Failure, writeFailure } from "../../jobs/result.ts";

/** A task gave no score. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  readonly failure: Failure;
  readonly detail: string;
  readonly childIsFine: boolean;

  /**
   * @param failure what the person is told
   * @param detail what the log is told
   * @param childIsFine whether the process that ran it may run another
   */
  constructor(failure: Failure, detail: string, childIsFine = false) {
    super(`${failure.code}: ${detail}`);
    this.failure = failure;
    this.detail = detail;
    this.childIsFine = childIsFine;
  }

  /** whether another try may help: what the person must mend stays as it is, and so does what takes too long */
  get worthRetrying(): boolean {
    return this.failure.code !== "timedOut" && FAULTS.some((fault) => fault === this.failure.code);
  }

  /** in the shape that BullMQ keeps and obeys */
  toQueueError(): Error {
    const text = writeFailure(this.failure);
    return this.worthRetrying ? new Error(text) : new UnrecoverableError(text);
  }
}
