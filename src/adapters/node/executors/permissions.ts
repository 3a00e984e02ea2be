import { join, sep } from "node:path";
import type { ExecutorReach } from "#pool/host";

/**
 * A seat belt around our own code; what holds processes is the sandbox. What is below a directory
 * is opened by the directory's descriptor, which Node sees as a name below `/proc`.
 *
 * Where processes were granted directories to write in, there is none: under its permissions Node
 * refuses to sync a file, to set its times and to make a symbolic link, whatever is allowed, and no
 * database could commit.
 */
export function permissions(own: ExecutorReach, granted: ExecutorReach): readonly string[] {
  const quiet = ["--disable-warning=ExperimentalWarning", "--disable-warning=SecurityWarning"];
  if (granted.writable.length > 0) return quiet;
  const readable = [...own.readable, ...own.writable, ...granted.readable];
  const descriptors = ["/proc", "/dev"];
  return [
    ...quiet,
    "--permission",
    "--allow-worker",
    "--allow-net",
    ...allow("read", [...readable, ...descriptors]),
    ...allow("write", [...own.writable, ...descriptors]),
  ];
}

/**
 * Directories, with all below them. Without the star that would go only for those that are there
 * already; and Node 26.10 forgets a directory when it was told of one below it before.
 */
function allow(deed: "read" | "write", paths: readonly string[]): readonly string[] {
  return outermost(paths).map((path) => `--allow-fs-${deed}=${join(path, "*")}`);
}

/** The paths that lie below no other, each once. */
function outermost(paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths)];
  return all.filter((path) => !all.some((other) => other !== path && isBelow(path, other)));
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
