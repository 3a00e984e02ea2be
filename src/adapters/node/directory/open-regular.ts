import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import type { FileKind, OpenFlags } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { kindOf } from "./host-stat.ts";
import { OpenedFile } from "./opened.ts";

/*
 * A guest gets regular files only. What the name stands for is looked at before it is opened, for
 * opening alone has effects: the other end of a FIFO notices, a tape is wound back. And it is
 * looked at again on the handle itself, so that nothing can be swapped in between; in that moment
 * opening must not wait (a FIFO without a writer would) nor make a terminal ours.
 */
const always = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens or creates a regular file: EISDIR for a directory, EACCES for anything else. */
export function openRegular(path: string, flags: OpenFlags): OpenedFile | Errno {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // What is a link, or not there, is for the system to answer: no handle comes of it, or a file.
  const kindFound = found === undefined ? "regular" : kindOf(found.mode);
  if (kindFound !== "regular" && kindFound !== "symlink" && !mustNotExist(flags)) {
    return refusal(kindFound);
  }
  const fd = openSync(path, always | hostFlags(flags), 0o666);
  const kind = kindOf(fstatSync(fd).mode);
  if (kind === "regular") return new OpenedFile(fd);
  closeSync(fd);
  return refusal(kind);
}

/** Then the system opens nothing that is there, and has a word of its own for it. */
function mustNotExist({ create, exclusive }: OpenFlags): boolean {
  return create && exclusive;
}

function refusal(kind: FileKind): Errno {
  return kind === "directory" ? errno.EISDIR : errno.EACCES;
}

function hostFlags({ read, write, create, exclusive, truncate }: OpenFlags): number {
  const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_TRUNC } = constants;
  const writing = read ? O_RDWR : O_WRONLY;
  return (
    (write || truncate ? writing : O_RDONLY) |
    (create ? O_CREAT : 0) |
    (create && exclusive ? O_EXCL : 0) |
    (truncate ? O_TRUNC : 0)
  );
}
