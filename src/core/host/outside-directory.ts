import type { Errno } from "#core/sys";

/** What kind of object a file-system entry is. */
export type FileKind = "directory" | "regular" | "symlink" | "character" | "block" | "socket";

/** An open file or directory of the host: a small whole number, meaningful to its port only. */
export type HostHandle = number & { readonly hostHandle: unique symbol };

export interface HostStat {
  readonly kind: FileKind;
  readonly device: bigint;
  readonly inode: bigint;
  readonly links: number;
  readonly sizeBytes: number;
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

export interface HostEntry {
  readonly name: string;
  readonly kind: FileKind;
  readonly inode: bigint;
}

/** Times to set; one that is `undefined` stays as it is. */
export interface HostTimes {
  readonly accessedNs: bigint | undefined;
  readonly modifiedNs: bigint | undefined;
}

export interface OpenFlags {
  readonly read: boolean;
  readonly write: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
}

/**
 * A directory of the host's own file system, granted to a process, and all that lies below it.
 *
 * Every name is a single path component (no `/`, not `.` or `..`, no NUL) below an open directory
 * handle, and a symbolic link is never followed: so no path, link, rename or race can lead out.
 * Walking, following links and `..` are the caller's. All calls answer at once.
 */
export interface OutsideDirectory {
  /** The granted directory itself; open until `closeAll`. */
  readonly root: HostHandle;
  readonly readOnly: boolean;

  /** Opens the directory `name` in `parent`; a symbolic link answers ELOOP, a file ENOTDIR. */
  openDirectory(parent: HostHandle, name: string): HostHandle | Errno;
  /** Opens (or creates) the file `name` in `parent`; a symbolic link answers ELOOP. */
  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno;
  close(handle: HostHandle): void;
  closeAll(): void;

  /** What `name` in `parent` is; of a symbolic link, the link itself. */
  stat(parent: HostHandle, name: string): HostStat | Errno;
  statHandle(handle: HostHandle): HostStat | Errno;
  list(directory: HostHandle): readonly HostEntry[] | Errno;
  readLink(parent: HostHandle, name: string): string | Errno;

  /** Reads into `target` from `position`; answers how many bytes, 0 at the end. */
  read(handle: HostHandle, target: Uint8Array, position: number): number | Errno;
  write(handle: HostHandle, bytes: Uint8Array, position: number): number | Errno;
  truncate(handle: HostHandle, sizeBytes: number): Errno | undefined;
  sync(handle: HostHandle): Errno | undefined;
  setTimes(handle: HostHandle, times: HostTimes): Errno | undefined;
  /** Sets the times of `name` itself, also when it is a symbolic link. */
  setTimesAt(parent: HostHandle, name: string, times: HostTimes): Errno | undefined;

  makeDirectory(parent: HostHandle, name: string): Errno | undefined;
  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined;
  link(
    from: { readonly parent: HostHandle; readonly name: string },
    to: { readonly parent: HostHandle; readonly name: string },
  ): Errno | undefined;
  rename(
    from: { readonly parent: HostHandle; readonly name: string },
    to: { readonly parent: HostHandle; readonly name: string },
  ): Errno | undefined;
  unlink(parent: HostHandle, name: string): Errno | undefined;
  removeDirectory(parent: HostHandle, name: string): Errno | undefined;
}
