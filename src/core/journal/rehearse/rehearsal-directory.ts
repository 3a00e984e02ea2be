import type {
  FileKind,
  HostEntry,
  HostHandle,
  HostStat,
  HostTimes,
  OpenFlags,
  OutsideDirectory,
} from "#core/host";
import { errno, Errno } from "#core/sys";
import type { RecordedFiles } from "./recorded-files.ts";

/** One object as the rehearsed program sees it; it changes with what the program does. */
interface Entry {
  readonly kind: FileKind;
  readonly stat: HostStat;
  content: Uint8Array;
  /** Where the content is what it was; outside of them the recording does not tell. */
  readonly known: { readonly from: number; readonly to: number }[];
  linkTarget: string | undefined;
}

/** The most a rehearsed file may hold: a rehearsal is not for moving data. */
const contentBytesMax = 256 * 1024 * 1024;

/**
 * A granted directory made of what a recording tells. It answers what it knows, keeps what the
 * program changes to itself, and says `missing` whenever the program asks for what nobody knows.
 */
export class RehearsalDirectory implements OutsideDirectory {
  readonly root: HostHandle = 0 as HostHandle;
  readonly readOnly: boolean;
  readonly #files: RecordedFiles;
  readonly #missing: (what: string) => void;
  readonly #entries = new Map<string, Entry | undefined>();
  readonly #handles = new Map<HostHandle, { path: string; entry: Entry }>();
  #lastHandle = 0;

  constructor(
    files: RecordedFiles,
    options: { readonly readOnly: boolean; readonly missing: (what: string) => void },
  ) {
    this.#files = files;
    this.readOnly = options.readOnly;
    this.#missing = options.missing;
    this.#handles.set(this.root, { path: "", entry: made("directory") });
  }

  openDirectory(parent: HostHandle, name: string): HostHandle | Errno {
    const entry = this.#find(parent, name);
    if (entry instanceof Errno) return entry;
    if (entry.kind === "symlink") return errno.ELOOP;
    return entry.kind === "directory" ? this.#open(parent, name, entry) : errno.ENOTDIR;
  }

  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno {
    let entry = this.#find(parent, name);
    if (entry === errno.ENOENT && flags.create) {
      entry = made("regular");
      this.#entries.set(this.#path(parent, name), entry);
    } else if (flags.create && flags.exclusive && !(entry instanceof Errno)) {
      return errno.EEXIST;
    }
    if (entry instanceof Errno) return entry;
    if (entry.kind === "symlink") return errno.ELOOP;
    if (entry.kind === "directory") return errno.EISDIR;
    if (flags.truncate) resize(entry, 0);
    return this.#open(parent, name, entry);
  }

  close(handle: HostHandle): void {
    if (handle !== this.root) this.#handles.delete(handle);
  }

  closeAll(): void {
    this.#handles.clear();
  }

  stat(parent: HostHandle, name: string): HostStat | Errno {
    const entry = this.#find(parent, name);
    return entry instanceof Errno ? entry : statOf(entry);
  }

  statHandle(handle: HostHandle): HostStat | Errno {
    const open = this.#handles.get(handle);
    if (open === undefined) return errno.EBADF;
    return this.#files.factsOf(open.path)?.stat ?? statOf(open.entry);
  }

  list(directory: HostHandle): readonly HostEntry[] | Errno {
    const path = this.#handles.get(directory)?.path ?? "";
    const recorded = this.#files.factsOf(path)?.entries;
    if (recorded === undefined) this.#missing(`the listing of "${path}"`);
    const names = new Map((recorded ?? []).map((entry) => [entry.name, entry]));
    const prefix = path === "" ? "" : `${path}/`;
    for (const [changed, entry] of this.#entries) {
      const name = changed.slice(prefix.length);
      if (!changed.startsWith(prefix) || name.includes("/")) continue;
      if (entry === undefined) names.delete(name);
      else names.set(name, { name, kind: entry.kind, inode: entry.stat.inode });
    }
    return [...names.values()];
  }

  readLink(parent: HostHandle, name: string): string | Errno {
    const entry = this.#find(parent, name);
    if (entry instanceof Errno) return entry;
    return entry.linkTarget ?? errno.EINVAL;
  }

  read(handle: HostHandle, target: Uint8Array, position: number): number | Errno {
    const open = this.#handles.get(handle);
    if (open === undefined) return errno.EBADF;
    const { content, known } = open.entry;
    const end = Math.min(content.length, position + target.length);
    if (end <= position) return 0;
    if (
      !known.some(({ from, to }) => from <= position && end <= to) &&
      !covers(known, position, end)
    ) {
      this.#missing(`bytes ${position} to ${end} of "${open.path}"`);
    }
    target.set(content.subarray(position, end));
    return end - position;
  }

  write(handle: HostHandle, bytes: Uint8Array, position: number): number | Errno {
    const open = this.#handles.get(handle);
    if (open === undefined) return errno.EBADF;
    const end = position + bytes.length;
    if (end > contentBytesMax) return errno.EFBIG;
    if (end > open.entry.content.length) resize(open.entry, end);
    open.entry.content.set(bytes, position);
    open.entry.known.push({ from: position, to: end });
    this.#entries.set(open.path, open.entry);
    return bytes.length;
  }

  truncate(handle: HostHandle, sizeBytes: number): Errno | undefined {
    const open = this.#handles.get(handle);
    if (open === undefined) return errno.EBADF;
    if (sizeBytes > contentBytesMax) return errno.EFBIG;
    resize(open.entry, sizeBytes);
    this.#entries.set(open.path, open.entry);
    return undefined;
  }

  sync(): undefined {
    return undefined;
  }

  setTimes(_handle: HostHandle, _times: HostTimes): undefined {
    return undefined;
  }

  setTimesAt(parent: HostHandle, name: string): Errno | undefined {
    const entry = this.#find(parent, name);
    return entry instanceof Errno ? entry : undefined;
  }

  makeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#make(parent, name, made("directory"));
  }

  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined {
    return this.#make(parent, name, { ...made("symlink"), linkTarget: target });
  }

  link(from: HostPlace, to: HostPlace): Errno | undefined {
    const entry = this.#find(from.parent, from.name);
    return entry instanceof Errno ? entry : this.#make(to.parent, to.name, entry);
  }

  rename(from: HostPlace, to: HostPlace): Errno | undefined {
    const entry = this.#find(from.parent, from.name);
    if (entry instanceof Errno) return entry;
    this.#entries.set(this.#path(to.parent, to.name), entry);
    this.#entries.set(this.#path(from.parent, from.name), undefined);
    return undefined;
  }

  unlink(parent: HostHandle, name: string): Errno | undefined {
    const entry = this.#find(parent, name);
    if (entry instanceof Errno) return entry;
    if (entry.kind === "directory") return errno.EISDIR;
    this.#entries.set(this.#path(parent, name), undefined);
    return undefined;
  }

  removeDirectory(parent: HostHandle, name: string): Errno | undefined {
    const entry = this.#find(parent, name);
    if (entry instanceof Errno) return entry;
    if (entry.kind !== "directory") return errno.ENOTDIR;
    this.#entries.set(this.#path(parent, name), undefined);
    return undefined;
  }

  #make(parent: HostHandle, name: string, entry: Entry): Errno | undefined {
    if (!(this.#find(parent, name) instanceof Errno)) return errno.EEXIST;
    this.#entries.set(this.#path(parent, name), entry);
    return undefined;
  }

  #path(parent: HostHandle, name: string): string {
    const above = this.#handles.get(parent)?.path ?? "";
    return above === "" ? name : `${above}/${name}`;
  }

  #open(parent: HostHandle, name: string, entry: Entry): HostHandle {
    const handle = ++this.#lastHandle as HostHandle;
    this.#handles.set(handle, { path: this.#path(parent, name), entry });
    return handle;
  }

  /** What has this name: as the program left it, or as the recording tells. */
  #find(parent: HostHandle, name: string): Entry | Errno {
    const path = this.#path(parent, name);
    if (this.#entries.has(path)) return this.#entries.get(path) ?? errno.ENOENT;
    const entry = this.#recorded(path, name, this.#handles.get(parent)?.path ?? "");
    if (!(entry instanceof Errno)) this.#entries.set(path, entry);
    return entry;
  }

  #recorded(path: string, name: string, above: string): Entry | Errno {
    const facts = this.#files.factsOf(path);
    const listed = this.#files.factsOf(above)?.entries;
    const row = listed?.find((entry) => entry.name === name);
    const wasNothing = facts?.wasMade === true && facts.stat === undefined && !facts.pieces.length;
    const isUnlisted = facts === undefined && listed !== undefined && row === undefined;
    if (facts?.isAbsent === true || wasNothing || isUnlisted) return errno.ENOENT;
    if (facts === undefined && row === undefined) {
      this.#missing(`"${path}"`);
      return errno.ENOENT;
    }
    const kind = facts?.stat?.kind ?? row?.kind ?? (facts?.entries ? "directory" : "regular");
    const entry: Entry = { ...made(kind), ...(facts?.stat ? { stat: facts.stat } : {}) };
    entry.linkTarget = facts?.linkTarget;
    const pieces = facts?.pieces ?? [];
    const ends = pieces.map(({ position, content }) => position + content.length);
    resize(entry, Math.min(contentBytesMax, Math.max(facts?.stat?.sizeBytes ?? 0, 0, ...ends)));
    entry.known.length = 0;
    for (const { position, content } of pieces) {
      entry.content.set(content, position);
      entry.known.push({ from: position, to: position + content.length });
    }
    return entry;
  }
}

interface HostPlace {
  readonly parent: HostHandle;
  readonly name: string;
}

function made(kind: FileKind): Entry {
  const stat: HostStat = {
    kind,
    device: 0n,
    inode: 0n,
    links: 1,
    sizeBytes: 0,
    accessedNs: 0n,
    modifiedNs: 0n,
    changedNs: 0n,
  };
  return { kind, stat, content: new Uint8Array(0), known: [], linkTarget: undefined };
}

function statOf(entry: Entry): HostStat {
  return { ...entry.stat, kind: entry.kind, sizeBytes: entry.content.length };
}

/** Cuts the content, or makes it longer by zeros, which are known. */
function resize(entry: Entry, sizeBytes: number): void {
  const content = new Uint8Array(sizeBytes);
  content.set(entry.content.subarray(0, sizeBytes));
  if (sizeBytes > entry.content.length) {
    entry.known.push({ from: entry.content.length, to: sizeBytes });
  }
  entry.content = content;
}

/** Whether the ranges together hold every byte from `from` to `to`. */
function covers(
  ranges: readonly { readonly from: number; readonly to: number }[],
  from: number,
  to: number,
): boolean {
  let at = from;
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    if (range.from > at) return false;
    at = Math.max(at, range.to);
    if (at >= to) return true;
  }
  return at >= to;
}
