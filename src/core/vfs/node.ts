import type { Connection, FileKind, OpenFlags } from "#core/host";
import type { Errno } from "#core/sys";

/**
 * What is known of a file-system object. Times are nanoseconds since 1970 in UTC. Device and
 * inode together name the object: two names with both the same are one object.
 */
export interface Stat {
  readonly kind: FileKind;
  readonly device: bigint;
  readonly inode: bigint;
  readonly links: number;
  readonly sizeBytes: number;
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** Times to set; one that is `undefined` stays as it is. */
export interface Times {
  readonly accessedNs: bigint | undefined;
  readonly modifiedNs: bigint | undefined;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileKind;
  /** As `stat` answers it. May be asked of the host only when it is read. */
  readonly inode: bigint;
}

/** How a file is opened. `exclusive` counts with `create`; `truncate` opens for writing, too. */
export type OpenMode = OpenFlags;

/** A name in a directory, whether something has that name or not. */
export interface Place {
  readonly directory: Directory;
  readonly name: string;
}

/**
 * An open directory: every file system is a class that implements this. It looks at one name at a
 * time and never follows a symbolic link: walking paths is `walk.ts`'s, for all of them.
 *
 * Names are single components: not empty, not `.` or `..`, no `/`, no NUL, at most 255 bytes.
 *
 * A directory may hold a handle of the host. Who got one from `enter` owns it and calls `release`
 * once when done with it; each `retain` is one more `release` to come.
 */
export interface Directory {
  readonly kind: "directory";
  stat(): Stat | Errno;
  setTimes(times: Times): Errno | undefined;
  sync(): Errno | undefined;
  /** All entries but `.` and `..`, in an order that stays the same while nothing changes. */
  list(): readonly DirectoryEntry[] | Errno;

  /** What has this name; of a symbolic link, the link itself. */
  statEntry(name: string): Stat | Errno;
  /** Sets the times of what has this name; of a symbolic link, the link's own. */
  setEntryTimes(name: string, times: Times): Errno | undefined;
  /** The text of a symbolic link; EINVAL for anything else. */
  readLink(name: string): string | Errno;
  /** The directory with this name, owned by the caller; ELOOP for a symbolic link, else ENOTDIR. */
  enter(name: string): Directory | Errno;
  /**
   * A shortcut for `enter` along names with single slashes between them. ELOOP says only that
   * the names have to be entered one by one.
   */
  enterPath?(path: string): Directory | Errno;
  /** Opens or creates a regular file or device; EISDIR for a directory, ELOOP for a link. */
  open(name: string, mode: OpenMode): OpenFile | Errno;
  /** Opens what is a connection; `undefined` of all else. Most directories have none of these. */
  connect?(name: string, mode: OpenMode): OpenStream | Errno | undefined;

  makeDirectory(name: string): Errno | undefined;
  makeSymlink(name: string, target: string): Errno | undefined;
  /**
   * Gives the object at `existing` this name too: EPERM for a directory, EXDEV when it is of
   * another file system. A symbolic link is not followed.
   */
  link(name: string, existing: Place): Errno | undefined;
  /** Removes a name that is not a directory's; EISDIR when it is. Who has it open keeps it. */
  unlink(name: string): Errno | undefined;
  /** Removes an empty directory; ENOTDIR, ENOTEMPTY. */
  removeDirectory(name: string): Errno | undefined;
  /**
   * Moves `name` to another place, replacing what is there as POSIX rename does: EXDEV when that
   * place is of another file system, EINVAL when a directory would move into itself.
   */
  rename(name: string, to: Place): Errno | undefined;

  /** Answers this directory itself, which from now on is to be released once more. */
  retain(): Directory;
  release(): void;
}

/** An open regular file or device. Positions are bytes from the start; calls answer at once. */
export interface OpenFile {
  readonly kind: "regular" | "character";
  stat(): Stat | Errno;
  setTimes(times: Times): Errno | undefined;
  /** Reads into `target` from `position`; answers how many bytes, 0 at the end. */
  read(target: Uint8Array, position: number): number | Errno;
  /** Answers how many bytes were taken: fewer than given only when the space ends there. */
  write(bytes: Uint8Array, position: number): number | Errno;
  truncate(sizeBytes: number): Errno | undefined;
  sync(): Errno | undefined;
  close(): void;
}

/** An open connection: bytes come and go in their order, and nobody stands anywhere in them. */
export interface OpenStream {
  readonly kind: "stream";
  readonly connection: Connection;
}
