import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { resolve } from "node:path";

// Node names all flags of Linux but this one: a handle for what is below, and for nothing else.
const O_PATH = process.platform === "linux" ? 0o10_000_000 : 0;
const folderFlags = O_PATH | constants.O_RDONLY | constants.O_DIRECTORY;

/** How a directory is addressed when something below it is asked for. */
export type Addressing = "descriptor" | "path";

/** Opens the directory an operator names, through whatever links there are on the way. */
export function openRoot(path: string, addressing: Addressing): OpenFolder {
  return new OpenFolder(openSync(path, folderFlags), resolve(path), addressing);
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
 * On Linux that is `/proc/PID/fd/N/`: the kernel goes on from the open directory itself, so a
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
  readonly #addressing: Addressing;

  constructor(fd: number, path: string, addressing: Addressing) {
    this.fd = fd;
    this.#path = path;
    this.#addressing = addressing;
    this.below = addressing === "descriptor" ? `${linkOf(fd)}/` : `${path}/`;
  }

  /** Opens the directory with this name; a link is not followed. */
  open(name: string): OpenFolder {
    const fd = openSync(this.below + name, folderFlags | constants.O_NOFOLLOW);
    return new OpenFolder(fd, `${this.#path}/${name}`, this.#addressing);
  }

  /** Whether `below` leads elsewhere by now, which it never does on Linux. */
  hasMoved(): boolean {
    if (this.#addressing === "descriptor") return false;
    const there = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const mine = fstatSync(this.fd, { bigint: true });
    return there?.ino !== mine.ino || there.dev !== mine.dev;
  }

  /** The path of this directory as the system has it now, if it can tell. */
  text(): string | undefined {
    return this.#addressing === "descriptor" ? readlinkSync(linkOf(this.fd)) : undefined;
  }

  close(): void {
    this.isOpen = false;
    closeSync(this.fd);
  }
}

/**
 * Where the system lists what this OS process has open. By its number that takes a tenth less time
 * than by `self`, which is a link; of another namespace's `/proc` the number is not ours.
 */
const ownDescriptors = `/proc/${isOwnNumber() ? process.pid : "self"}/fd`;

/** The best this system can do. */
export const addressingHere: Addressing = hasDescriptorPaths() ? "descriptor" : "path";

function isOwnNumber(): boolean {
  try {
    return readlinkSync("/proc/self") === String(process.pid);
  } catch {
    return false; // A system without `/proc`.
  }
}

/** Tried with a folder that is there also for who may not read everything. */
function hasDescriptorPaths(): boolean {
  const probed = "/proc";
  if (process.platform !== "linux" || !existsSync(probed)) return false;
  const fd = openSync(probed, folderFlags);
  const there = statSync(`${linkOf(fd)}/.`, { throwIfNoEntry: false });
  const isSame = there?.ino === fstatSync(fd).ino;
  closeSync(fd);
  return isSame;
}

function linkOf(fd: number): string {
  return `${ownDescriptors}/${fd}`;
}
