import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where things lie in a daemon's folder. */
export interface DataFolders {
  readonly data: string;
  /** The desired state. */
  readonly state: string;
  /** What secrets are sealed with. */
  readonly key: string;
  readonly images: string;
  /** Prepared programs. Can be removed at any time. */
  readonly programs: string;
  /** Certificates of the daemon's own making. */
  readonly certificates: string;
  /** Recordings of processes that failed. */
  readonly crashes: string;
}

export function foldersOf(data: string): DataFolders {
  return {
    data,
    state: join(data, "state.db"),
    key: join(data, "key"),
    images: join(data, "images"),
    programs: join(data, "programs"),
    certificates: join(data, "certificates"),
    crashes: join(data, "crashes"),
  };
}

/** Makes those that others do not make as they need them. Expects the folder to be locked. */
export function makeFolders({ programs, crashes }: DataFolders): void {
  for (const folder of [programs, crashes]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}
