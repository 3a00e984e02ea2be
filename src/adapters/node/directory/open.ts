import type { OutsideDirectory } from "#core/host";
import { Errno, errno, PlatformError } from "#core/sys";
import { attempt } from "./attempt.ts";
import { NodeDirectory } from "./node-directory.ts";
import { type Addressing, addressingHere, openRoot } from "./opened.ts";

/** How a directory is granted. */
export interface DirectoryGrant {
  readonly readOnly: boolean;
  /** A clock in milliseconds that never goes back; the system's, unless a test has its own. */
  readonly nowMs?: () => number;
  /** How directories are addressed: the best way of this system, unless a test asks for another. */
  readonly addressing?: Addressing;
  /** Bounds what may be open below the directory at one time; more answers EMFILE. */
  readonly handlesMax?: number;
}

const handlesMaxDefault = 4096;

/** Opens a directory of this machine to grant it to a process. */
export function openNodeDirectory(path: string, grant: DirectoryGrant): OutsideDirectory {
  const { readOnly, addressing = addressingHere } = grant;
  const { handlesMax = handlesMaxDefault, nowMs = systemMs } = grant;
  const root = attempt(() => openRoot(path, addressing));
  if (root instanceof Errno) throw refusal(path, root);
  return new NodeDirectory(root, { readOnly, handlesMax, nowMs, realtimeNs });
}

/**
 * Why a directory cannot be granted, to follow its name: `which is not there`; `undefined` where it
 * can, at the moment.
 */
export function whyNoDirectory(path: string): string | undefined {
  const root = attempt(() => openRoot(path, addressingHere));
  if (root instanceof Errno) return faults.get(root) ?? `which cannot be read: ${root.meaning}`;
  root.close();
  return undefined;
}

const faults: ReadonlyMap<Errno, string> = new Map([
  [errno.ENOENT, "which is not there"],
  [errno.ENOTDIR, "which is not a directory"],
]);

function systemMs(): number {
  return performance.now();
}

function realtimeNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function refusal(path: string, reason: Errno): PlatformError {
  if (reason === errno.ENOENT) {
    return new PlatformError(`cannot grant the directory "${path}": it does not exist`, {
      code: "FILE_NOT_FOUND",
      hint: `create it (mkdir -p "${path}") or grant another one`,
    });
  }
  if (reason === errno.ENOTDIR) {
    return new PlatformError(`cannot grant "${path}": it is not a directory`, {
      code: "GRANT_INVALID",
      hint: "grant the directory that contains it",
    });
  }
  return new PlatformError(`cannot grant the directory "${path}": ${reason.meaning}`, {
    code: "FILE_NOT_READABLE",
    hint: "grant a directory that noos may read",
  });
}
