import { type Dirent, fstatSync, lstatSync, readdirSync } from "node:fs";
import type { FileKind, HostEntry } from "#core/host";
import { Errno } from "#core/sys";
import { attempt } from "./attempt.ts";
import type { InodeMemory, InodesByName } from "./inode-memory.ts";
import type { OpenFolder } from "./opened.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const replacement = "\ufffd";

/** All entries of a directory whose names are UTF-8: no guest could spell the others. */
export function listFolder(folder: OpenFolder, memory: InodeMemory): readonly HostEntry[] {
  // The time of change comes first: what is learned of a later state is then of no use to anyone.
  const directory = fstatSync(folder.fd, { bigint: true });
  const entries = readdirSync(folder.below, { withFileTypes: true });
  const isDoubtful = entries.some(({ name }) => name.includes(replacement));
  const named = isDoubtful ? entries.filter(isAmong(namesOf(folder))) : entries;
  const inodes = memory.of(directory, named.length);
  return named.map((entry) => new ListedEntry(entry, { folder, inodes }));
}

/** The target of a symbolic link, or `undefined` when it is not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

// Node puts U+FFFD where a name is not UTF-8, which a name may also have by right.
function namesOf(folder: OpenFolder): ReadonlySet<string | undefined> {
  const names = readdirSync(folder.below, { encoding: "buffer" });
  return new Set(names.map((name) => decodeText(name)));
}

function isAmong(names: ReadonlySet<string | undefined>): (entry: Dirent) => boolean {
  return ({ name }) => names.has(name);
}

/** Where an entry was listed. */
interface Listing {
  readonly folder: OpenFolder;
  readonly inodes: InodesByName;
}

/** Node lists no inode numbers, and a call for each costs three times the listing: so, if asked. */
class ListedEntry implements HostEntry {
  readonly name: string;
  readonly kind: FileKind;
  readonly #listing: Listing;

  constructor(entry: Dirent, listing: Listing) {
    this.name = entry.name;
    this.kind = kindOfEntry(entry);
    this.#listing = listing;
  }

  /** 0 when there is no such entry any more, or its directory was closed before it was asked. */
  get inode(): bigint {
    const { folder, inodes } = this.#listing;
    const known = inodes.get(this.name);
    if (known !== undefined) return known;
    if (!folder.isOpen) return 0n;
    const path = folder.below + this.name;
    const stats = attempt(() => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
    if (stats === undefined || stats instanceof Errno) return 0n;
    inodes.set(this.name, stats.ino);
    return stats.ino;
  }
}

function kindOfEntry(entry: Dirent): FileKind {
  if (entry.isFile()) return "regular";
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isCharacterDevice()) return "character";
  return entry.isBlockDevice() ? "block" : "socket";
}
