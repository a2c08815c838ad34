import { UserError } from "./errors.ts";

/** @returns the `UserError` for a system error about a file that the user named; other errors unchanged */
export function explainFileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG")
    return new UserError("fileNotFound", { path });
  if (code === "EACCES" || code === "EPERM") return new UserError("fileNotReadable", { path });
  return error;
}
