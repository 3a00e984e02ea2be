import { errno, Errno } from "#core/sys";
import { type Found, known, type Merged } from "./merged.ts";

/** A name in a merged directory. */
export interface MergedPlace {
  readonly directory: Merged;
  readonly name: string;
}

/** What is moved, and what it replaces; of a directory, opened. */
interface Move {
  readonly from: MergedPlace;
  readonly to: MergedPlace;
  readonly found: Found;
  readonly folder: Merged | undefined;
  readonly replaced: Found | undefined;
  readonly replacedFolder: Merged | undefined;
}

/**
 * Moves a name, as POSIX rename does. A directory that a lower one shows through cannot be moved
 * (EXDEV, as overlayfs answers): its copy would have to hold all that lies below it.
 */
export function renameMerged(from: MergedPlace, to: MergedPlace): Errno | undefined {
  const found = from.directory.find(from.name);
  if (found instanceof Errno) return found;
  const there = to.directory.find(to.name);
  if (there instanceof Errno && there !== errno.ENOENT) return there;
  const replaced = there instanceof Errno ? undefined : there;
  if (replaced !== undefined && isSame(found, replaced)) return undefined;
  const folder = enterFound(from, found);
  if (folder instanceof Errno) return folder;
  const replacedFolder = enterFound(to, replaced);
  const failed =
    replacedFolder instanceof Errno
      ? replacedFolder
      : move({ from, to, found, folder, replaced, replacedFolder });
  folder?.release();
  if (!(replacedFolder instanceof Errno)) replacedFolder?.release();
  return failed;
}

function enterFound(place: MergedPlace, found: Found | undefined): Merged | Errno | undefined {
  return found?.stat.kind === "directory" ? place.directory.enter(place.name) : undefined;
}

function move(plan: Move): Errno | undefined {
  const refused = refuse(plan);
  if (refused !== undefined) return refused;
  const { from, to, found, folder, replaced, replacedFolder } = plan;
  if (folder !== undefined && folder.lowers.length > 0) return errno.EXDEV;
  const source = from.directory.copyUpEntry(from.name, found);
  if (source instanceof Errno) return source;
  const target = to.directory.copyUp();
  if (target instanceof Errno) return target;
  const failed = source.rename(from.name, { directory: target, name: to.name });
  if (failed !== undefined) return failed;
  if (replaced?.isUpper && (replacedFolder !== undefined || replaced.stat.links <= 1)) {
    to.directory.shared.notes.drop(replaced.stat.inode);
  }
  if (replacedFolder !== undefined) to.directory.forget(to.name, replacedFolder);
  folder?.moveTo(to.directory, to.name);
  // Both have an upper directory by now, so hiding cannot fail.
  return from.directory.hide(from.name) ?? to.directory.hide(to.name);
}

/** Why the move cannot be, in the order Linux looks. */
function refuse({ from, to, folder, replaced, replacedFolder }: Move): Errno | undefined {
  if (folder !== undefined && to.directory.isWithin(folder)) return errno.EINVAL;
  if (replaced === undefined) return undefined;
  if (replacedFolder === undefined) return folder === undefined ? undefined : errno.ENOTDIR;
  if (from.directory.isWithin(replacedFolder)) return errno.ENOTEMPTY;
  if (folder === undefined) return errno.EISDIR;
  const entries = replacedFolder.list();
  if (entries instanceof Errno) return entries;
  return entries.length > 0 ? errno.ENOTEMPTY : undefined;
}

function isSame(one: Found, other: Found): boolean {
  const [first, second] = [known(one), known(other)];
  return first.device === second.device && first.inode === second.inode;
}
