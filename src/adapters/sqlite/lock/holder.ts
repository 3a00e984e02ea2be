import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "#adapters/node/disk";

/** Who holds the lock of a folder. */
export interface Holder {
  readonly pid: number;
  /** Since when, in milliseconds of Unix time. */
  readonly sinceMs: number;
}

const fileName = "holder.json";

export function writeHolder(folder: string, holder: Holder): void {
  replaceFile(join(folder, fileName), Buffer.from(`${JSON.stringify(holder)}\n`));
}

export function removeHolder(folder: string): void {
  rmSync(join(folder, fileName), { force: true });
}

/**
 * Who holds the lock, if the file says it of an OS process that is running: it may be of an
 * earlier holder, that was killed, while the present one has only just begun.
 */
export function readHolder(folder: string): Holder | undefined {
  const holder = parseHolder(folder);
  return holder !== undefined && isRunning(holder.pid) ? holder : undefined;
}

function parseHolder(folder: string): Holder | undefined {
  try {
    const file: unknown = JSON.parse(readFileSync(join(folder, fileName), "utf8"));
    if (typeof file !== "object" || file === null) return undefined;
    const { pid, sinceMs } = file as Readonly<Record<string, unknown>>;
    if (!Number.isSafeInteger(pid) || typeof pid !== "number" || pid <= 0) return undefined;
    if (typeof sinceMs !== "number" || Math.abs(sinceMs) > 8.64e15) return undefined;
    return { pid, sinceMs };
  } catch {
    // Missing, out of reach, or no JSON: then nobody says who it is.
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
