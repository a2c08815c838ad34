/** What Discord says when it refuses. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  /** what is wrong with which part of the body */
  readonly errors: object | undefined;

  constructor(status: number, code: number, message: string, errors?: object) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}
