import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type * as Sqlite from "node:sqlite";
import { isPrivate, makeFolder, notWritable } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";
import { type Holder, readHolder, removeHolder, writeHolder } from "./holder.ts";

/** A folder that is ours until it is released, or this OS process ends. */
export interface FolderLock {
  release(): void;
}

/** SQLite's number for a file that another has locked. */
const busy = 5;

/** And for a file with something in it that is not its own. */
const notDatabase = 26;

/**
 * Makes this OS process the one that works on `folder`, which is made if it is missing, for this
 * user only. Throws `STATE_IN_USE`, which names the one that does, or `STATE_NOT_WRITABLE`.
 */
export function lockFolder(folder: string): FolderLock {
  let database: Sqlite.DatabaseSync | undefined;
  try {
    makeFolder(folder);
    if (!isPrivate(folder)) throw openToOthers(folder);
    database = lockFile(join(folder, "lock.db"));
    sayWhoHolds(folder);
  } catch (error) {
    database?.close();
    throw lockProblem(folder, error);
  }
  const held = database;
  return {
    release() {
      if (!held.isOpen) return;
      removeHolder(folder);
      held.close();
    },
  };
}

/** On a full disk it stays unsaid: what is wanted there has to run nevertheless. */
function sayWhoHolds(folder: string): void {
  try {
    writeHolder(folder, { pid: process.pid, sinceMs: Date.now() });
  } catch (error) {
    removeHolder(folder);
    if (!isDiskFull(error)) throw error;
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code));
}

/**
 * Holds the file locked while it is open. It is empty and stays so, and is never removed: who
 * removes a file that another is just about to lock makes two holders. Nothing else may open it
 * in this OS process, for whoever closes a file gives up all locks that the OS process has on it.
 */
function lockFile(path: string): Sqlite.DatabaseSync {
  closeSync(openSync(path, "a", 0o600));
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function lockProblem(folder: string, error: unknown): PlatformError {
  const number = error instanceof Error && "errcode" in error ? Number(error.errcode) : undefined;
  if (number === undefined) return notWritable(folder, error);
  if ((number & 0xff) === busy) return inUse(folder, readHolder(folder), error);
  const file = join(folder, "lock.db");
  if ((number & 0xff) === notDatabase) {
    return new PlatformError(`"${file}" is damaged: it should be empty, and is not`, {
      code: "STATE_DAMAGED",
      hint: "remove it while no daemon runs there: nothing is kept in it",
      cause: error,
    });
  }
  return new PlatformError(
    `cannot lock "${file}": ${error instanceof Error ? error.message : String(error)}`,
    {
      code: "STATE_NOT_WRITABLE",
      hint: "give a directory on a disk that has locks, with --data",
      cause: error,
    },
  );
}

function inUse(folder: string, holder: Holder | undefined, cause: unknown): PlatformError {
  return new PlatformError(`cannot use "${folder}": ${nameOf(holder)}, works on it`, {
    code: "STATE_IN_USE",
    hint: "use that one, end it with `noos down`, or give another directory with --data",
    cause,
  });
}

function nameOf(holder: Holder | undefined): string {
  if (holder === undefined) return "another daemon, which has not said yet who it is";
  const since = new Date(holder.sinceMs).toISOString();
  return `the daemon with process number ${holder.pid}, since ${since}`;
}

function openToOthers(folder: string): PlatformError {
  return new PlatformError(
    `cannot use "${folder}": it is another user's, or others may write there`,
    {
      code: "STATE_NOT_WRITABLE",
      hint: "take it for this user alone (chown, chmod 700), or give another directory with --data",
    },
  );
}
