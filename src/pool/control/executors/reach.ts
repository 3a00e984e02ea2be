import type { DirectoryGrant } from "#core/sys";
import type { ExecutorReach } from "#pool/host";

/** What an executor has to reach for these directories. */
export function reachOf(directories: readonly DirectoryGrant[]): ExecutorReach {
  return {
    readable: directories.map(({ host }) => host),
    writable: directories.filter(({ readOnly }) => !readOnly).map(({ host }) => host),
  };
}

/** Whether all of `needed` lies in what `given` reaches. */
export function reaches(given: ExecutorReach, needed: ExecutorReach): boolean {
  return (
    needed.readable.every((path) => isWithin(given.readable, path)) &&
    needed.writable.every((path) => isWithin(given.writable, path))
  );
}

/** What either reaches. */
export function joinReach(a: ExecutorReach, b: ExecutorReach): ExecutorReach {
  return { readable: joined(a.readable, b.readable), writable: joined(a.writable, b.writable) };
}

function joined(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...a, ...b.filter((path) => !isWithin(a, path))];
}

function isWithin(folders: readonly string[], path: string): boolean {
  return folders.some(
    (folder) => path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`),
  );
}
