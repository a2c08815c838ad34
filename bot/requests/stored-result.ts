import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Request } from "@groovesheet/jobs/request.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import { findResult, resultFolder } from "@groovesheet/jobs/results.ts";
import type { Services } from "../services.ts";

/** @returns the score of a request that is done. @throws UserError jobUnknown where it is not, or not kept any more */
export async function storedResult({ store }: Services, request: Request): Promise<JobResult> {
  const { source, listen, notate, result } = request;
  const found = source && result && (await findResult(store, resultFolder(result.fingerprint, source, listen, notate)));
  if (!found) throw new UserError("jobUnknown");
  return found;
}
