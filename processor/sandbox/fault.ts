import type { Fault } from "@groovesheet/jobs/result.ts";

/** `killed`: ended from outside, by no fault of the file that it worked on. */
export type ChildFaultCode = Fault | "killed";

/** A child process gave no product, and nothing that the person could mend was the cause. */
export class ChildFault extends Error {
  override readonly name = "ChildFault";
  readonly code: ChildFaultCode;
  /** for the log and the developer */
  readonly detail: string;

  constructor(code: ChildFaultCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
