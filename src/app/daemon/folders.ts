import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Where things lie in a daemon's folder. */
export interface DataFolders {
  readonly data: string;
  /** The desired state. */
  readonly state: string;
  /** Messages of queues. */
  readonly queues: string;
  /** What secrets are sealed with. */
  readonly key: string;
  readonly images: string;
  /** Prepared programs. Can be removed at any time. */
  readonly programs: string;
  /** Certificates of the daemon's own making. */
  readonly certificates: string;
  /** Recordings of processes that failed. */
  readonly crashes: string;
  /** Sockets of executors; nothing there outlives the daemon. */
  readonly run: string;
}

export function foldersOf(data: string): DataFolders {
  return {
    data,
    state: join(data, "state.db"),
    queues: join(data, "queues.db"),
    key: join(data, "key"),
    images: join(data, "images"),
    programs: join(data, "programs"),
    certificates: join(data, "certificates"),
    crashes: join(data, "crashes"),
    run: join(data, "run"),
  };
}

/** Makes those that others do not make as they need them. Expects the folder to be locked. */
export function makeFolders({ programs, crashes, run }: DataFolders): void {
  // What a daemon left there that was killed is nobody's any more.
  rmSync(run, { recursive: true, force: true });
  for (const folder of [programs, crashes, run]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}
