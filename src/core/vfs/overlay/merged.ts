import { assert } from "#core/base";
import { errno, Errno } from "#core/sys";
import type { Directory, DirectoryEntry, Stat } from "#core/vfs";
import { copyEntry, openForReading, withTimesKept } from "./copy.ts";
import { CopiedFile, type LowerReaders } from "./file.ts";
import { identified, type Note, type Notes } from "./notes.ts";

/** What all directories of an overlay share. */
export interface OverlayShared {
  readonly notes: Notes;
  readonly readers: LowerReaders;
}

/** The directories that a merged one is made of; it owns them. */
export interface MergedParts {
  readonly upper: Directory | undefined;
  /** The lower directories that show through, the topmost first. */
  readonly lowers: readonly Directory[];
  /** The note on the upper directory, if it was copied up. */
  readonly note: Note | undefined;
}

/** Where a name of a merged directory is found. */
export interface Found {
  readonly directory: Directory;
  readonly isUpper: boolean;
  /** As `directory` has it; `known` says who the guest takes it for. */
  readonly stat: Stat;
  readonly note: Note | undefined;
}

/** What a found object is to the guest. */
export function known(found: Found): Stat {
  return identified(found.stat, found.note);
}

/**
 * An upper directory over lower ones at the same path, seen as one. While anybody has it open
 * there is one object for it, in `#children` of its parent, so that all see at once when it is
 * copied up or removed.
 *
 * Where lower directories show through it keeps its path for good (they cannot be renamed), so
 * parent and name say where its copy belongs. An upper name without a note hides what lower
 * directories have under it: they have nothing, or the name is among the whiteouts.
 */
export class Merged {
  readonly lowers: readonly Directory[];
  readonly shared: OverlayShared;
  readonly #children = new Map<string, Merged>();
  #upper: Directory | undefined;
  #note: Note | undefined;
  #place: { readonly parent: Merged; readonly name: string } | undefined;
  #isRemoved = false;
  #owners = 1;

  constructor(
    shared: OverlayShared,
    parts: MergedParts,
    place?: { readonly parent: Merged; readonly name: string },
  ) {
    this.shared = shared;
    this.lowers = parts.lowers;
    this.#upper = parts.upper;
    this.#note = parts.note;
    if (place !== undefined) this.#settle(place.parent, place.name);
  }

  get upper(): Directory | undefined {
    return this.#upper;
  }

  stat(): Stat | Errno {
    const stat = (this.#upper ?? this.lowers[0])?.stat() ?? errno.ENOENT;
    if (stat instanceof Errno) return stat;
    const seen = identified(stat, this.#note);
    return this.#isRemoved ? { ...seen, links: 0 } : seen;
  }

  list(): readonly DirectoryEntry[] | Errno {
    if (this.#isRemoved) return [];
    const listed = this.#upper?.list() ?? [];
    if (listed instanceof Errno) return listed;
    const entries = listed.map((entry) => this.shared.notes.identifyEntry(entry));
    const names = new Set(entries.map(({ name }) => name));
    for (const lower of this.lowers) {
      const more = lower.list();
      if (more instanceof Errno) return more;
      for (const entry of more) {
        if (names.has(entry.name) || this.#isHidden(entry.name)) continue;
        names.add(entry.name);
        entries.push(entry);
      }
    }
    return entries;
  }

  find(name: string): Found | Errno {
    if (this.#isRemoved) return errno.ENOENT;
    if (this.#upper !== undefined) {
      const stat = this.#upper.statEntry(name);
      if (!(stat instanceof Errno)) {
        const note = this.shared.notes.get(stat.inode);
        return { directory: this.#upper, isUpper: true, stat, note };
      }
      if (stat !== errno.ENOENT || this.#isHidden(name)) return stat;
    }
    return firstOf(this.lowers, (directory) => {
      const stat = directory.statEntry(name);
      if (stat instanceof Errno) return stat;
      return { directory, isUpper: false, stat, note: undefined };
    });
  }

  /** The directory with this name, for the caller to release. */
  enter(name: string): Merged | Errno {
    const open = this.#children.get(name);
    if (open !== undefined) return open.retain();
    const found = this.find(name);
    if (found instanceof Errno) return found;
    if (found.stat.kind === "symlink") return errno.ELOOP;
    if (found.stat.kind !== "directory") return errno.ENOTDIR;
    const upper = found.isUpper ? found.directory.enter(name) : undefined;
    if (upper instanceof Errno) return upper;
    const isAlone = found.isUpper && found.note === undefined;
    const lowers = isAlone ? [] : this.#enterLowers(name);
    return new Merged(this.shared, { upper, lowers, note: found.note }, { parent: this, name });
  }

  /** The upper directory, made now with all that lead to it if there was none yet. */
  copyUp(): Directory | Errno {
    if (this.#upper !== undefined) return this.#upper;
    const place = this.#place;
    const origin = this.stat();
    if (origin instanceof Errno) return origin;
    if (place === undefined || this.#isRemoved) return errno.ENOENT;
    const above = place.parent.copyUp();
    if (above instanceof Errno) return above;
    const failed = withTimesKept(above, () => above.makeDirectory(place.name));
    if (failed !== undefined) return failed;
    const upper = above.enter(place.name);
    if (upper instanceof Errno) return upper;
    upper.setTimes(origin);
    const made = upper.stat();
    if (made instanceof Errno) return made;
    this.#upper = upper;
    this.#note = this.shared.notes.add(made, origin);
    return upper;
  }

  /** The upper directory, with what was found under `name` in it, copied now if it was not. */
  copyUpEntry(name: string, found: Found, withBytes = true): Directory | Errno {
    if (found.isUpper) return found.directory;
    const { stat, directory } = found;
    if (stat.kind !== "regular" && stat.kind !== "symlink") return errno.EROFS;
    const upper = this.copyUp();
    if (upper instanceof Errno) return upper;
    const failed = withTimesKept(upper, () =>
      copyEntry({ directory, name }, upper, { stat, withBytes }),
    );
    if (failed !== undefined) return failed;
    const made = upper.statEntry(name);
    if (made instanceof Errno) return made;
    const note = this.shared.notes.add(made, stat);
    this.shared.readers.goOver(stat, () => {
      const copy = openForReading(upper, name);
      return copy instanceof Errno ? copy : new CopiedFile(copy, note);
    });
    return upper;
  }

  /** Makes sure that nothing of the lower directories shows under `name`. */
  hide(name: string): Errno | undefined {
    if (this.#isHidden(name)) return undefined;
    const shown = firstOf(this.lowers, (lower) => lower.statEntry(name));
    if (shown === errno.ENOENT) return undefined;
    const upper = this.copyUp();
    if (upper instanceof Errno) return upper;
    assert(this.#note !== undefined, "a directory over lower ones was copied up");
    this.#note.whiteouts.add(name);
    if (!(shown instanceof Errno)) this.shared.readers.loseName(shown);
    return undefined;
  }

  /** Detaches a directory that was removed from under `name`; who has it open still does. */
  forget(name: string, removed: Merged): void {
    removed.#isRemoved = true;
    this.#children.delete(name);
  }

  /** Notes that the directory, which no lower one shows through, has another place. */
  moveTo(parent: Merged, name: string): void {
    const old = this.#place;
    if (old !== undefined) old.parent.#children.delete(old.name);
    this.#settle(parent, name);
    old?.parent.release();
  }

  /** Whether this is `other` or lies below it. */
  isWithin(other: Merged): boolean {
    let above: Merged | undefined = this as Merged;
    while (above !== undefined && above !== other) above = above.#place?.parent;
    return above !== undefined;
  }

  retain(): this {
    this.#owners += 1;
    return this;
  }

  release(): void {
    assert(this.#owners > 0, "a directory is released once by each of its owners");
    this.#owners -= 1;
    if (this.#owners > 0) return;
    this.#upper?.release();
    for (const lower of this.lowers) lower.release();
    if (this.#place === undefined) return;
    const { parent, name } = this.#place;
    if (parent.#children.get(name) === this) parent.#children.delete(name);
    parent.release();
  }

  #settle(parent: Merged, name: string): void {
    parent.retain();
    parent.#children.set(name, this);
    this.#place = { parent, name };
  }

  #isHidden(name: string): boolean {
    return this.#note?.whiteouts.has(name) === true;
  }

  /** What shows through at `name`: down to the first lower one that has something else there. */
  #enterLowers(name: string): readonly Directory[] {
    const entered: Directory[] = [];
    for (const lower of this.lowers) {
      const directory = lower.enter(name);
      if (directory === errno.ENOENT) continue;
      if (directory instanceof Errno) break;
      entered.push(directory);
    }
    return entered;
  }
}

/** The first answer that is not ENOENT. */
function firstOf<T>(
  directories: readonly Directory[],
  ask: (directory: Directory) => T | Errno,
): T | Errno {
  for (const directory of directories) {
    const answer = ask(directory);
    if (answer !== errno.ENOENT) return answer;
  }
  return errno.ENOENT;
}
