import { type Dirent, lstatSync, readdirSync } from "node:fs";
import type { FileKind, HostEntry } from "#core/host";
import { Errno } from "#core/sys";
import { attempt } from "./attempt.ts";
import type { OpenFolder } from "./opened.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const replacement = "\ufffd";

/** All entries of a directory whose names are UTF-8: no guest could spell the others. */
export function listFolder(folder: OpenFolder): readonly HostEntry[] {
  const entries = readdirSync(folder.below, { withFileTypes: true });
  const isDoubtful = entries.some(({ name }) => name.includes(replacement));
  const named = isDoubtful ? entries.filter(isAmong(namesOf(folder))) : entries;
  return named.map((entry) => new ListedEntry(folder, entry));
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

/** Node lists no inode numbers, and a call for each costs three times the listing: so, if asked. */
class ListedEntry implements HostEntry {
  readonly name: string;
  readonly kind: FileKind;
  readonly #folder: OpenFolder;
  #inode: bigint | undefined = undefined;

  constructor(folder: OpenFolder, entry: Dirent) {
    this.name = entry.name;
    this.kind = kindOfEntry(entry);
    this.#folder = folder;
  }

  /** 0 when there is no such entry any more, or its directory was closed. */
  get inode(): bigint {
    this.#inode ??= this.#ask();
    return this.#inode;
  }

  #ask(): bigint {
    if (!this.#folder.isOpen) return 0n;
    const path = this.#folder.below + this.name;
    const stats = attempt(() => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
    return stats === undefined || stats instanceof Errno ? 0n : stats.ino;
  }
}

function kindOfEntry(entry: Dirent): FileKind {
  if (entry.isFile()) return "regular";
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isCharacterDevice()) return "character";
  return entry.isBlockDevice() ? "block" : "socket";
}
