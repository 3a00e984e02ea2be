import { type Stats, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { PlatformError } from "#core/sys";

const othersMayWrite = 0o022;

/**
 * Makes a folder for this user only, and those that lead to it. Throws `STATE_NOT_WRITABLE` where
 * something else is, and what the system says. Node's own way of making several
 * (Node 26.10) goes round for ever where the system calls a folder missing that is there, as it
 * does below /proc.
 */
export function makeFolder(folder: string): void {
  if (makeOne(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder, { mode: 0o700 });
}

/** Whether the folder is there now; `false` when what leads to it is missing. */
function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" && code !== "ENOENT") throw error;
    if (code === "ENOENT") return false;
    if (statOf(folder)?.isDirectory() === false) throw taken(folder, error);
  }
  return true;
}

function taken(folder: string, cause: unknown): PlatformError {
  return new PlatformError(`cannot use "${folder}": it is a file, not a directory`, {
    code: "STATE_NOT_WRITABLE",
    hint: "give a directory with --data",
    cause,
  });
}

/** Whether the folder is there, belongs to this user, and nobody else may write to it. */
export function isPrivate(folder: string): boolean {
  const stat = statOf(folder);
  if (stat === undefined || !stat.isDirectory()) return false;
  // Windows keeps users apart by the place of the folder, and has no such numbers.
  const user = process.getuid?.();
  return user === undefined || (stat.uid === user && (stat.mode & othersMayWrite) === 0);
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // Missing, or out of reach: in either case not to be used.
    return undefined;
  }
}
