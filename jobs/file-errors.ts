import { UserError } from "./errors.ts";

/** @returns the `UserError` for what the system said of a file that a person named; other errors as they are */
export function explainFileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG")
    return new UserError("fileNotFound", { path });
  if (code === "EACCES" || code === "EPERM") return new UserError("fileNotReadable", { path });
  return error;
}
