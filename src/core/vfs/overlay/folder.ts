import { errno, Errno } from "#core/sys";
import type { Directory, DirectoryEntry, OpenFile, OpenMode, Place, Stat, Times } from "#core/vfs";
import { CopiedFile, LowerFile } from "./file.ts";
import { type Found, known, type Merged } from "./merged.ts";
import { renameMerged } from "./rename.ts";

/** A directory of an overlay: a merged directory in the words of `Directory`. */
export class OverlayFolder implements Directory {
  readonly kind = "directory" as const;
  readonly #merged: Merged;

  constructor(merged: Merged) {
    this.#merged = merged;
  }

  stat(): Stat | Errno {
    return this.#merged.stat();
  }

  setTimes(times: Times): Errno | undefined {
    const upper = this.#merged.copyUp();
    return upper instanceof Errno ? upper : upper.setTimes(times);
  }

  sync(): Errno | undefined {
    return this.#merged.upper?.sync();
  }

  list(): readonly DirectoryEntry[] | Errno {
    return this.#merged.list();
  }

  statEntry(name: string): Stat | Errno {
    const found = this.#merged.find(name);
    return found instanceof Errno ? found : known(found);
  }

  setEntryTimes(name: string, times: Times): Errno | undefined {
    const found = this.#merged.find(name);
    if (found instanceof Errno) return found;
    if (found.stat.kind !== "directory") {
      const upper = this.#merged.copyUpEntry(name, found);
      return upper instanceof Errno ? upper : upper.setEntryTimes(name, times);
    }
    const folder = this.enter(name);
    if (folder instanceof Errno) return folder;
    const failed = folder.setTimes(times);
    folder.release();
    return failed;
  }

  readLink(name: string): string | Errno {
    const found = this.#merged.find(name);
    return found instanceof Errno ? found : found.directory.readLink(name);
  }

  enter(name: string): Directory | Errno {
    const merged = this.#merged.enter(name);
    return merged instanceof Errno ? merged : new OverlayFolder(merged);
  }

  open(name: string, mode: OpenMode): OpenFile | Errno {
    const found = this.#merged.find(name);
    if (found === errno.ENOENT && mode.create) {
      const upper = this.#merged.copyUp();
      return upper instanceof Errno ? upper : upper.open(name, mode);
    }
    if (found instanceof Errno) return found;
    if (mode.create && mode.exclusive) return errno.EEXIST;
    const { kind } = found.stat;
    if (kind === "directory") return errno.EISDIR;
    if (kind === "symlink") return errno.ELOOP;
    return kind === "regular"
      ? this.#openFound(name, found, mode)
      : found.directory.open(name, mode);
  }

  makeDirectory(name: string): Errno | undefined {
    const upper = this.#admit(name);
    return upper instanceof Errno ? upper : upper.makeDirectory(name);
  }

  makeSymlink(name: string, target: string): Errno | undefined {
    const upper = this.#admit(name);
    return upper instanceof Errno ? upper : upper.makeSymlink(name, target);
  }

  link(name: string, existing: Place): Errno | undefined {
    const from = this.#mergedOf(existing.directory);
    if (from instanceof Errno) return from;
    const found = from.find(existing.name);
    if (found instanceof Errno) return found;
    const upper = this.#admit(name);
    if (upper instanceof Errno) return upper;
    if (found.stat.kind === "directory") return errno.EPERM;
    const source = from.copyUpEntry(existing.name, found);
    if (source instanceof Errno) return source;
    return upper.link(name, { directory: source, name: existing.name });
  }

  unlink(name: string): Errno | undefined {
    const found = this.#merged.find(name);
    if (found instanceof Errno) return found;
    if (found.stat.kind === "directory") return errno.EISDIR;
    const failed = this.#merged.hide(name);
    if (failed !== undefined || !found.isUpper) return failed;
    if (found.stat.links <= 1) this.#merged.shared.notes.drop(found.stat.inode);
    return found.directory.unlink(name);
  }

  removeDirectory(name: string): Errno | undefined {
    const folder = this.#merged.enter(name);
    if (folder instanceof Errno) return folder === errno.ELOOP ? errno.ENOTDIR : folder;
    const failed = this.#remove(name, folder);
    folder.release();
    return failed;
  }

  rename(name: string, to: Place): Errno | undefined {
    const target = this.#mergedOf(to.directory);
    if (target instanceof Errno) return target;
    return renameMerged({ directory: this.#merged, name }, { directory: target, name: to.name });
  }

  retain(): Directory {
    this.#merged.retain();
    return this;
  }

  release(): void {
    this.#merged.release();
  }

  #openFound(name: string, found: Found, mode: OpenMode): OpenFile | Errno {
    const isLower = !found.isUpper;
    if (isLower && !mode.write && !mode.truncate) return this.#openLower(name, found, mode);
    const upper = this.#merged.copyUpEntry(name, found, !mode.truncate);
    if (upper instanceof Errno) return upper;
    const file = upper.open(name, mode);
    if (file instanceof Errno) return file;
    const note = isLower ? noteOf(this.#merged, file) : found.note;
    return note === undefined ? file : new CopiedFile(file, note);
  }

  #openLower(name: string, found: Found, mode: OpenMode): OpenFile | Errno {
    const file = found.directory.open(name, { ...mode, create: false });
    if (file instanceof Errno) return file;
    const merged = this.#merged.retain();
    return new LowerFile(file, {
      identity: found.stat,
      readers: merged.shared.readers,
      copyUp: () => copyUpAgain(merged, name, found),
      release: () => merged.release(),
    });
  }

  #remove(name: string, folder: Merged): Errno | undefined {
    const entries = folder.list();
    if (entries instanceof Errno) return entries;
    if (entries.length > 0) return errno.ENOTEMPTY;
    const failed = this.#merged.hide(name);
    if (failed !== undefined) return failed;
    const stat = folder.upper?.stat();
    if (stat !== undefined && !(stat instanceof Errno)) {
      this.#merged.shared.notes.drop(stat.inode);
      const stuck = this.#merged.upper?.removeDirectory(name);
      if (stuck !== undefined) return stuck;
    }
    this.#merged.forget(name, folder);
    return undefined;
  }

  /** The upper directory to make a new name in; EEXIST when the name is taken. */
  #admit(name: string): Directory | Errno {
    const found = this.#merged.find(name);
    if (!(found instanceof Errno)) return errno.EEXIST;
    return found === errno.ENOENT ? this.#merged.copyUp() : found;
  }

  #mergedOf(directory: Directory): Merged | Errno {
    if (!(directory instanceof OverlayFolder)) return errno.EXDEV;
    const merged = directory.#merged;
    return merged.shared === this.#merged.shared ? merged : errno.EXDEV;
  }
}

function noteOf(merged: Merged, file: OpenFile): Found["note"] {
  const stat = file.stat();
  return stat instanceof Errno ? undefined : merged.shared.notes.get(stat.inode);
}

/** Copies a lower file up if it is still what was found under its name; else EROFS. */
function copyUpAgain(merged: Merged, name: string, found: Found): Errno | undefined {
  const now = merged.find(name);
  if (now instanceof Errno) return errno.EROFS;
  const [was, is] = [known(found), known(now)];
  if (was.device !== is.device || was.inode !== is.inode) return errno.EROFS;
  const upper = merged.copyUpEntry(name, now);
  return upper instanceof Errno ? upper : undefined;
}
