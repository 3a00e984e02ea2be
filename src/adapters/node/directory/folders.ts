import { lstatSync } from "node:fs";
import { assert } from "#core/base";
import { errno, Errno } from "#core/sys";
import { attempt } from "./attempt.ts";
import type { OpenFolder } from "./opened.ts";

const keptMax = 64;
/** How long a kept directory may be taken for what has its path without asking again. */
const trustedMs = 1;

/** Counts the changes, by any grant of this OS process, that may give a path another meaning. */
let moves = 0;

/** Says that names were changed: from now on no kept directory is trusted unasked. */
export function noteMove(): void {
  moves += 1;
}

interface KeptFolder {
  readonly folder: OpenFolder;
  checkedAtMs: number;
  checkedAtMove: number;
}

/**
 * Opens the directories below a root, one name at a time, never through a symbolic link.
 *
 * The last few are kept open when nobody needs them: programs come back to the same directories,
 * and to open each name of a path again costs several times what the operation itself does. A
 * kept directory is used only if the kernel says that it is still at the very path that is asked
 * for, in one call however long that path is. That word is good for a millisecond, in which a
 * rename by somebody else may go unseen (of a FUSE file system, for a second): late is then where
 * the directory lies, never whether the grant led to it.
 */
export class Folders {
  readonly root: OpenFolder;
  /** By path below the root, in the order they were opened. */
  readonly #kept = new Map<string, KeptFolder>();
  /** The root's own path with a slash, or `undefined` when paths cannot be compared. */
  readonly #rootText: string | undefined;
  readonly #nowMs: () => number;

  constructor(root: OpenFolder, nowMs: () => number) {
    this.root = root;
    this.#nowMs = nowMs;
    this.#rootText = comparable(root.text());
  }

  /** The directory at `path`, names with single slashes between them; a link answers ELOOP. */
  open(parent: OpenFolder, path: string): OpenFolder | Errno {
    if (parent !== this.root || this.#rootText === undefined) return openBelow(parent, path);
    const kept = this.#kept.get(path);
    if (kept !== undefined && this.#isThere(kept, path)) {
      kept.folder.owners += 1;
      return kept.folder;
    }
    const opened = openBelow(parent, path);
    if (!(opened instanceof Errno)) this.#keep(path, opened);
    return opened;
  }

  /** Gives up one ownership. */
  close(folder: OpenFolder): void {
    folder.owners -= 1;
    if (folder.owners === 0) folder.close();
  }

  closeKept(): void {
    for (const { folder } of this.#kept.values()) this.close(folder);
    this.#kept.clear();
  }

  #isThere(kept: KeptFolder, path: string): boolean {
    const nowMs = this.#nowMs();
    if (kept.checkedAtMove === moves && nowMs - kept.checkedAtMs < trustedMs) return true;
    if (kept.folder.text() !== `${this.#rootText}${path}`) return false;
    kept.checkedAtMs = nowMs;
    kept.checkedAtMove = moves;
    return true;
  }

  #keep(path: string, folder: OpenFolder): void {
    this.#forget(path);
    folder.owners += 1;
    const checkedAtMs = this.#nowMs();
    this.#kept.set(path, { folder, checkedAtMs, checkedAtMove: moves });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#forget(oldest);
  }

  #forget(path: string): void {
    const kept = this.#kept.get(path);
    if (kept === undefined) return;
    this.#kept.delete(path);
    this.close(kept.folder);
  }
}

function openBelow(parent: OpenFolder, path: string): OpenFolder | Errno {
  assert(isPlainPath(path), "a directory is opened by plain names");
  let folder = parent;
  for (const name of path.split("/")) {
    const opened = openOne(folder, name);
    if (folder !== parent) folder.close();
    if (opened instanceof Errno) return opened;
    folder = opened;
  }
  return folder;
}

function isPlainPath(path: string): boolean {
  return !/(?:^|\/)\.{0,2}(?:\/|$)|\0/u.test(path);
}

function openOne(parent: OpenFolder, name: string): OpenFolder | Errno {
  const opened = attempt(() => parent.open(name));
  return opened === errno.ENOTDIR ? whyNot(parent.below + name) : opened;
}

/** The kernel says ENOTDIR of a link as well, because it was told not to follow it. */
function whyNot(path: string): Errno {
  const stats = attempt(() => lstatSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) return errno.ENOENT;
  if (stats instanceof Errno) return stats;
  // What is a directory now was a link a moment ago, and the walk has to look again.
  return stats.isSymbolicLink() || stats.isDirectory() ? errno.ELOOP : errno.ENOTDIR;
}

/**
 * A path's text with a slash behind it, if the text of another path says that it is the same: not
 * when Node could not decode it, or the kernel has put a remark behind it.
 */
function comparable(text: string | undefined): string | undefined {
  if (text === undefined || text.includes("\ufffd") || text.endsWith(" (deleted)")) {
    return undefined;
  }
  return text === "/" ? text : `${text}/`;
}
