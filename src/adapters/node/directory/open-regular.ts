import { closeSync, constants, fstatSync, openSync } from "node:fs";
import type { OpenFlags } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { kindOf } from "./host-stat.ts";
import { OpenedFile } from "./opened.ts";

/*
 * A guest gets regular files only. What the name stands for is looked at after opening, on the
 * handle itself, so that nothing can be swapped in between. Opening must not wait (a FIFO without
 * a writer would) nor make a terminal ours, whatever it turns out to be.
 */
const always = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens or creates a regular file: EISDIR for a directory, EACCES for anything else. */
export function openRegular(path: string, flags: OpenFlags): OpenedFile | Errno {
  const fd = openSync(path, always | hostFlags(flags), 0o666);
  const kind = kindOf(fstatSync(fd).mode);
  if (kind === "regular") return new OpenedFile(fd);
  closeSync(fd);
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
