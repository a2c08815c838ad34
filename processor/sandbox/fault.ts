import type { Fault } from "@groovesheet/jobs/result.ts";

/** `killed`: ended from outside, through no fault of the file in work. */
export type ChildFaultCode = Fault | "killed";

/** A child process gave no result, for a reason that the user cannot fix. */
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
