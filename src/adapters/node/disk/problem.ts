import { PlatformError } from "#core/sys";

/** What to do about it, by the system's name of why a file cannot be written. */
const hints: Readonly<Record<string, string>> = {
  ENOSPC: "make room on its disk, then do it again",
  EDQUOT: "make room within the quota of this user, then do it again",
  EROFS: "its disk is mounted for reading only; give another directory with --data",
  ENOTDIR: "a part of this path is a file; give another directory with --data",
  EIO: "the disk fails; save what is on it, and give a directory elsewhere with --data",
};

/**
 * `STATE_NOT_WRITABLE` for what Node threw when `path` was to be written. What is no refusal of the
 * system, as a mistake of our own, goes on flying.
 */
export function notWritable(path: string, error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!(error instanceof Error) || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return new PlatformError(`cannot write "${path}": ${reasonOf(error, code)}`, {
    code: "STATE_NOT_WRITABLE",
    hint: hints[code] ?? "let this user write there, or give another directory with --data",
    cause: error,
  });
}

/** Node writes "ENOSPC: no space left on device, write"; only the middle is for people. */
function reasonOf(error: Error, code: string): string {
  return new RegExp(`^${code}: (.+?)(?:, \\w+(?: '.*)?)?$`, "s").exec(error.message)?.[1] ?? code;
}
