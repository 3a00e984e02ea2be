import { closeSync, constants, fstatSync, openSync, readlinkSync, statSync } from "node:fs";

// Node names all flags of Linux but this one: a handle for what is below, and for nothing else.
const O_PATH = process.platform === "linux" ? 0o10_000_000 : 0;
const folderFlags = O_PATH | constants.O_RDONLY | constants.O_DIRECTORY;

/** Opens a directory: of the operator's path, links are followed; of a guest's name, never. */
export function openFolder(path: string, from: "operator" | "guest"): OpenFolder {
  const noFollow = from === "guest" ? constants.O_NOFOLLOW : 0;
  return new OpenFolder(openSync(path, folderFlags | noFollow), path);
}

/** An open file of the host. */
export class OpenedFile {
  readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  close(): void {
    closeSync(this.fd);
  }
}

/**
 * An open directory of the host and the text that leads below it.
 *
 * On Linux that is `/proc/self/fd/N/`: the kernel goes on from the open directory itself, so a
 * name below it is looked up as `openat` does, wherever the directory was moved meanwhile.
 * Elsewhere it is the path it was opened by, good only as long as that path still leads to it.
 */
export class OpenFolder {
  readonly fd: number;
  /** What a name is put behind. */
  readonly below: string;
  /** How many own this handle. */
  owners = 1;
  isOpen = true;
  readonly #path: string;
  readonly #link: string;

  constructor(fd: number, path: string) {
    this.fd = fd;
    this.#link = `/proc/self/fd/${fd}`;
    this.#path = path;
    this.below = hasDescriptorPaths ? `${this.#link}/` : `${path}/`;
  }

  /** Whether `below` leads elsewhere by now, which it never does on Linux. */
  hasMoved(): boolean {
    if (hasDescriptorPaths) return false;
    const there = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const mine = fstatSync(this.fd, { bigint: true });
    return there?.ino !== mine.ino || there.dev !== mine.dev;
  }

  /** The path of this directory as the system has it now, if it can tell. */
  text(): string | undefined {
    return hasDescriptorPaths ? readlinkSync(this.#link) : undefined;
  }

  close(): void {
    this.isOpen = false;
    closeSync(this.fd);
  }
}

/** Whether the system has `/proc/self/fd/N/name`. */
const hasDescriptorPaths: boolean = findDescriptorPaths();

function findDescriptorPaths(): boolean {
  if (process.platform !== "linux") return false;
  const fd = openSync("/", folderFlags);
  const there = statSync(`/proc/self/fd/${fd}/.`, { throwIfNoEntry: false });
  const isSame = there?.ino === fstatSync(fd).ino;
  closeSync(fd);
  return isSame;
}
