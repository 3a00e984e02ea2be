import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { errnoOf } from "#adapters/node/failure";
import { assert } from "#core/base";
import type {
  HostEntry,
  HostHandle,
  HostStat,
  HostTimes,
  OpenFlags,
  OutsideDirectory,
} from "#core/host";
import { errno, Errno } from "#core/sys";
import { attempt, failure } from "./attempt.ts";
import { ExactTimes } from "./exact-times.ts";
import { Folders, noteMove } from "./folders.ts";
import { HandleTable } from "./handle-table.ts";
import { hostStat } from "./host-stat.ts";
import { InodeMemory } from "./inode-memory.ts";
import { decodeText, listFolder } from "./listing.ts";
import { openRegular } from "./open-regular.ts";
import { OpenedFile, OpenFolder } from "./opened.ts";
import { readAhead } from "./read-ahead.ts";

// The kernel moves no more than about 2 GiB in one call, and Node asks for less than that.
const transferBytesMax = 2 ** 30;
/** Some file systems take longer files, but beyond this a position is no exact number. */
const fileBytesMax = Number.MAX_SAFE_INTEGER;
const bigint = { bigint: true } as const;
const bigintIfThere = { bigint: true, throwIfNoEntry: false } as const;

/** A name in an open directory of the host. */
interface HostPlace {
  readonly parent: HostHandle;
  readonly name: string;
}

/** The port `OutsideDirectory` on this machine's disk; see `mod.ts` for what it holds to. */
export class NodeDirectory implements OutsideDirectory {
  readonly root: HostHandle;
  readonly readOnly: boolean;
  readonly #folders: Folders;
  readonly #handles: HandleTable<OpenedFile | OpenFolder>;
  readonly #times = new ExactTimes();
  readonly #inodes: InodeMemory;

  constructor(
    root: OpenFolder,
    options: {
      readonly readOnly: boolean;
      readonly handlesMax: number;
      readonly nowMs: () => number;
      readonly realtimeNs: () => bigint;
    },
  ) {
    this.readOnly = options.readOnly;
    this.#folders = new Folders(root, options.nowMs);
    this.#inodes = new InodeMemory(options.realtimeNs);
    this.#handles = new HandleTable(options.handlesMax);
    this.root = this.#handles.add(root);
  }

  openDirectory(parent: HostHandle, path: string): HostHandle | Errno {
    const from = this.#folder(parent);
    if (from instanceof Errno) return from;
    if (this.#handles.isFull) return errno.EMFILE;
    const folder = this.#folders.open(from, path);
    return folder instanceof Errno ? folder : this.#handles.add(folder);
  }

  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno {
    if (this.readOnly && (flags.write || flags.create || flags.truncate)) return errno.EROFS;
    if (this.#handles.isFull) return errno.EMFILE;
    if (flags.truncate) readAhead.forget();
    const opened = this.#below({ parent, name }, (path) => openRegular(path, flags));
    return opened instanceof Errno ? opened : this.#handles.add(opened);
  }

  close(handle: HostHandle): void {
    const opened = this.#handles.remove(handle);
    assert(opened !== undefined, "a handle is closed once");
    readAhead.forget();
    if (opened instanceof OpenFolder) this.#folders.close(opened);
    else opened.close();
  }

  closeAll(): void {
    readAhead.forget();
    this.#folders.closeKept();
    for (const opened of this.#handles.opened()) {
      if (opened instanceof OpenFolder) this.#folders.close(opened);
      else opened.close();
    }
    this.#handles.clear();
  }

  stat(parent: HostHandle, name: string): HostStat | Errno {
    const folder = this.#folder(parent);
    if (folder instanceof Errno) return folder;
    assert(isPlainName(name), "a name is a single component");
    // Asked for more often than all else, so it goes without what makes failures cheap.
    try {
      const stats = lstatSync(folder.below + name, bigintIfThere);
      return stats === undefined ? errno.ENOENT : this.#times.correct(hostStat(stats));
    } catch (error) {
      return errnoOf(error);
    }
  }

  statHandle(handle: HostHandle): HostStat | Errno {
    const opened = this.#opened(handle);
    if (opened instanceof Errno) return opened;
    return attempt(() => this.#times.correct(hostStat(fstatSync(opened.fd, bigint))));
  }

  list(directory: HostHandle): readonly HostEntry[] | Errno {
    const folder = this.#folder(directory);
    return folder instanceof Errno ? folder : attempt(() => listFolder(folder, this.#inodes));
  }

  readLink(parent: HostHandle, name: string): string | Errno {
    return this.#below({ parent, name }, (path) => {
      const target = readlinkSync(path, { encoding: "buffer" });
      return decodeText(target) ?? errno.EILSEQ;
    });
  }

  read(handle: HostHandle, target: Uint8Array, position: number): number | Errno {
    const file = this.#file(handle);
    if (file instanceof Errno) return file;
    const room = target.length > transferBytesMax ? target.subarray(0, transferBytesMax) : target;
    return attempt(() => readAhead.read(file.fd, room, position));
  }

  write(handle: HostHandle, bytes: Uint8Array, position: number): number | Errno {
    readAhead.forget();
    const file = this.#file(handle);
    if (file instanceof Errno) return file;
    const roomBytes = fileBytesMax - position;
    if (roomBytes <= 0 && bytes.length > 0) return errno.EFBIG;
    const length = Math.min(bytes.length, transferBytesMax, roomBytes);
    return attempt(() => writeSync(file.fd, bytes, 0, length, position));
  }

  truncate(handle: HostHandle, sizeBytes: number): Errno | undefined {
    readAhead.forget();
    const file = this.#file(handle);
    if (file instanceof Errno) return file;
    return failure(attempt(() => ftruncateSync(file.fd, sizeBytes)));
  }

  sync(handle: HostHandle): Errno | undefined {
    const opened = this.#opened(handle);
    if (opened instanceof Errno) return opened;
    const isFile = opened instanceof OpenedFile;
    return failure(attempt(() => (isFile ? fsyncSync(opened.fd) : syncFolder(opened))));
  }

  setTimes(handle: HostHandle, times: HostTimes): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const opened = this.#opened(handle);
    if (opened instanceof Errno) return opened;
    const stat = (): HostStat => hostStat(fstatSync(opened.fd, bigint));
    const set = (accessed: number, modified: number): void => {
      if (opened instanceof OpenedFile) futimesSync(opened.fd, accessed, modified);
      else utimesSync(`${opened.below}.`, accessed, modified);
    };
    return failure(attempt(() => this.#setTimes(times, stat, set)));
  }

  setTimesAt(parent: HostHandle, name: string, times: HostTimes): Errno | undefined {
    return this.#changing({ parent, name }, (path) => {
      const stat = (): HostStat => hostStat(lstatSync(path, bigint));
      this.#setTimes(times, stat, (accessed, modified) => lutimesSync(path, accessed, modified));
    });
  }

  makeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#changing({ parent, name }, (path) => mkdirSync(path));
  }

  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined {
    return this.#changing({ parent, name }, (path) => symlinkSync(target, path));
  }

  link(from: HostPlace, to: HostPlace): Errno | undefined {
    return this.#changing(from, (path) => this.#below(to, (toPath) => linkSync(path, toPath)));
  }

  rename(from: HostPlace, to: HostPlace): Errno | undefined {
    noteMove();
    return this.#changing(from, (path) => this.#below(to, (toPath) => renameSync(path, toPath)));
  }

  unlink(parent: HostHandle, name: string): Errno | undefined {
    return this.#changing({ parent, name }, (path) => unlinkSync(path));
  }

  removeDirectory(parent: HostHandle, name: string): Errno | undefined {
    noteMove();
    return this.#changing({ parent, name }, (path) => rmdirSync(path));
  }

  /** Runs `act` on the host's path of a place; what it throws becomes an answer. */
  #below<T>({ parent, name }: HostPlace, act: (path: string) => T | Errno): T | Errno {
    assert(isPlainName(name), "a name is a single component");
    const folder = this.#folder(parent);
    if (folder instanceof Errno) return folder;
    return attempt(() => act(folder.below + name));
  }

  #changing(place: HostPlace, act: (path: string) => unknown): Errno | undefined {
    return this.readOnly ? errno.EROFS : failure(this.#below(place, act));
  }

  #folder(handle: HostHandle): OpenFolder | Errno {
    const opened = this.#opened(handle);
    if (opened instanceof OpenedFile) return errno.ENOTDIR;
    return opened instanceof OpenFolder && opened.hasMoved() ? errno.ENOENT : opened;
  }

  #file(handle: HostHandle): OpenedFile | Errno {
    const opened = this.#opened(handle);
    return opened instanceof OpenFolder ? errno.EISDIR : opened;
  }

  #opened(handle: HostHandle): OpenedFile | OpenFolder | Errno {
    return this.#handles.get(handle) ?? errno.EBADF;
  }

  #setTimes(
    times: HostTimes,
    stat: () => HostStat,
    set: (accessedSeconds: number, modifiedSeconds: number) => void,
  ): void {
    const meant = this.#times.meant(times, this.#times.correct(stat()));
    set(Number(meant.accessedNs) / 1e9, Number(meant.modifiedNs) / 1e9);
    this.#times.remember(meant, stat());
  }
}

function syncFolder(folder: OpenFolder): void {
  const fd = openSync(`${folder.below}.`, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isPlainName(name: string): boolean {
  return !/^\.{0,2}$|[/\0]/u.test(name);
}
