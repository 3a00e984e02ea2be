import { dirname } from "node:path";
import { notWritable } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";
import { DamagedRow } from "./damaged-row.ts";

/** SQLite's numbers for what may go wrong outside, by what they mean to us. */
const damaging: ReadonlySet<number> = new Set([
  1, // ERROR: at statements that are right, so that a table or column is not what it was
  11, // CORRUPT
  19, // CONSTRAINT
  20, // MISMATCH
  24, // FORMAT
  26, // NOTADB
]);
const refusing: ReadonlySet<number> = new Set([
  3, // PERM
  8, // READONLY
  10, // IOERR
  13, // FULL
  14, // CANTOPEN
  23, // AUTH
]);
/** BUSY and LOCKED: somebody else has the file open. */
const occupied: ReadonlySet<number> = new Set([5, 6]);

/** IOERR_READ, _SHORT_READ, _CORRUPTFS and _DATA: what was written cannot be read. */
const failedReads: ReadonlySet<number> = new Set([266, 522, 8458, 8202]);

/** What SQLite threw about the file, to the operator; a mistake of our own goes on flying. */
export function storeProblem(path: string, error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (error instanceof DamagedRow) return damaged(path, error.message, error);
  // A number in the file that no number of ours would be.
  if (error instanceof RangeError) return damaged(path, error.message, error);
  if (!isSqliteFailure(error)) return notWritable(path, error);
  const kind = error.errcode & 0xff;
  if (damaging.has(kind) || failedReads.has(error.errcode)) {
    return damaged(path, error.message, error);
  }
  if (occupied.has(kind)) {
    return new PlatformError(`cannot open "${path}": another program has it open`, {
      code: "STATE_IN_USE",
      hint: "end that program, then do it again",
      cause: error,
    });
  }
  if (!refusing.has(kind)) throw error;
  return new PlatformError(`cannot write "${path}": ${error.errstr}`, {
    code: "STATE_NOT_WRITABLE",
    hint: kind === 13 ? "make room on its disk, then do it again" : otherDirectory,
    cause: error,
  });
}

const otherDirectory =
  "let this user write there, and see that the disk works, or give another directory with --data";

/** `STATE_DAMAGED`, with what to type. */
export function damaged(path: string, how: string, cause?: unknown): PlatformError {
  const repair = `noos up --data ${quoted(dirname(path))} --repair`;
  return new PlatformError(`"${path}" is damaged: ${how}`, {
    code: "STATE_DAMAGED",
    hint: `\`${repair}\` sets a copy of it aside and keeps all entries that are whole`,
    cause,
  });
}

/** As a shell wants it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

interface SqliteFailure extends Error {
  readonly errcode: number;
  readonly errstr: string;
}

function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}
