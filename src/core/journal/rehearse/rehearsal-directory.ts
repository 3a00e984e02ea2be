import type { HostEntry, HostHandle, HostStat, OpenFlags, OutsideDirectory } from "#core/host";
import type { AnsweredQuestion } from "#core/journal/format";
import { errno, Errno } from "#core/sys";
import type { InitialFile } from "./initial-file.ts";
import { LearntDirectory } from "./learn.ts";
import { moveOf, openingOf, WorkingFile } from "./working-file.ts";

/** The root of every directory in a rehearsal: a number that no host ever gives. */
const rootHandle = -1 as HostHandle;

interface HostPlace {
  readonly parent: HostHandle;
  readonly name: string;
}

/**
 * A granted directory made of what a recording tells. It answers what it knows, keeps what the
 * program changes to itself, and says `missing` whenever the program asks for what nobody knows.
 */
export class RehearsalDirectory implements OutsideDirectory {
  readonly root: HostHandle = rootHandle;
  readonly readOnly: boolean;
  readonly #learnt: LearntDirectory;
  readonly #missing: (what: string) => void;

  constructor(
    initial: InitialFile,
    options: { readonly readOnly: boolean; readonly missing: (what: string) => void },
  ) {
    this.readOnly = options.readOnly;
    this.#missing = options.missing;
    this.#learnt = new LearntDirectory(initial);
  }

  /** As it was before the run, as far as the recording tells. */
  get initial(): InitialFile {
    return this.#learnt.initial;
  }

  /** As the program leaves it. */
  get final(): WorkingFile {
    return this.#learnt.final;
  }

  /** A question was answered as it was when it was recorded. */
  follow(question: AnsweredQuestion): void {
    this.#learnt.learn(question);
  }

  openDirectory(parent: HostHandle, path: string): HostHandle | Errno {
    const start = this.#open(parent);
    if (start === undefined) return errno.EBADF;
    const refusal = start.refusalOf("openDirectory", path);
    if (refusal !== undefined) return refusal;
    // A walk may enter all directories of a plain path at once.
    let directory = start;
    for (const name of path.split("/")) {
      const next = this.#find(directory, name, "openDirectory");
      if (next instanceof Errno) return next;
      if (next.kind === "symlink") return errno.ELOOP;
      if (next.kind !== "directory") return errno.ENOTDIR;
      directory = next;
    }
    return this.#opened(directory);
  }

  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno {
    let file = this.#at(parent, name, openingOf(flags));
    if (file === errno.ENOENT && flags.create) {
      file = new WorkingFile("regular");
      this.#open(parent)?.children.set(name, file);
    } else if (flags.create && flags.exclusive && !(file instanceof Errno)) {
      return errno.EEXIST;
    }
    if (file instanceof Errno) return file;
    if (file.kind === "symlink") return errno.ELOOP;
    if (file.kind === "directory") return errno.EISDIR;
    if (flags.truncate) file.truncate(0);
    return this.#opened(file);
  }

  close(handle: HostHandle): void {
    if (handle !== this.root) this.#learnt.handles.delete(handle + 1);
  }

  closeAll(): void {
    this.#learnt.handles.clear();
  }

  stat(parent: HostHandle, name: string): HostStat | Errno {
    const file = this.#at(parent, name, "stat");
    return file instanceof Errno ? file : this.#stat(file);
  }

  statHandle(handle: HostHandle): HostStat | Errno {
    const file = this.#open(handle);
    return file === undefined ? errno.EBADF : this.#stat(file);
  }

  list(handle: HostHandle): readonly HostEntry[] | Errno {
    const directory = this.#open(handle);
    if (directory === undefined) return errno.EBADF;
    if (directory.kind !== "directory") return errno.ENOTDIR;
    const { initial } = directory;
    if (initial !== undefined && initial.entries === undefined) {
      this.#missing(`the listing of "${initial.path}"`);
    }
    return directory.list();
  }

  readLink(parent: HostHandle, name: string): string | Errno {
    const file = this.#at(parent, name, "readLink");
    if (file instanceof Errno) return file;
    if (file.kind !== "symlink") return errno.EINVAL;
    if (file.linkTarget === undefined) this.#missing(`where "${file.initial?.path}" leads`);
    return file.linkTarget ?? errno.EINVAL;
  }

  read(handle: HostHandle, target: Uint8Array, position: number): number | Errno {
    const file = this.#open(handle);
    if (file === undefined) return errno.EBADF;
    if (file.isDoubtful(position, target.length)) {
      const end = position + target.length;
      this.#missing(`bytes ${position} to ${end} of "${file.initial?.path}"`);
    }
    return file.read(target, position);
  }

  write(handle: HostHandle, bytes: Uint8Array, position: number): number | Errno {
    const file = this.#open(handle);
    if (file === undefined) return errno.EBADF;
    file.write(bytes, position);
    return bytes.length;
  }

  truncate(handle: HostHandle, sizeBytes: number): Errno | undefined {
    const file = this.#open(handle);
    if (file === undefined) return errno.EBADF;
    file.truncate(sizeBytes);
    return undefined;
  }

  sync(): undefined {
    return undefined;
  }

  setTimes(): undefined {
    return undefined;
  }

  setTimesAt(parent: HostHandle, name: string): Errno | undefined {
    const file = this.#at(parent, name, "setTimesAt");
    return file instanceof Errno ? file : undefined;
  }

  makeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#put("makeDirectory", { parent, name }, new WorkingFile("directory"));
  }

  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined {
    return this.#put(
      "makeSymlink",
      { parent, name },
      new WorkingFile("symlink", undefined, target),
    );
  }

  link(from: HostPlace, to: HostPlace): Errno | undefined {
    const file = this.#moved("link", from, to);
    if (file instanceof Errno) return file;
    return file.kind === "directory" ? errno.EPERM : this.#put("link", to, file);
  }

  rename(from: HostPlace, to: HostPlace): Errno | undefined {
    const file = this.#moved("rename", from, to);
    if (file instanceof Errno) return file;
    const directory = this.#open(to.parent);
    const target = directory?.find(to.name);
    if (target === file) return undefined;
    if (directory !== undefined && file.holds(directory)) return errno.EINVAL;
    const why = target instanceof WorkingFile ? whyNotReplaced(target, file) : undefined;
    if (why !== undefined) return why;
    this.#open(from.parent)?.children.set(from.name, undefined);
    directory?.children.set(to.name, file);
    return undefined;
  }

  unlink(parent: HostHandle, name: string): Errno | undefined {
    const file = this.#at(parent, name, "unlink");
    if (file instanceof Errno) return file;
    if (file.kind === "directory") return errno.EISDIR;
    this.#open(parent)?.children.set(name, undefined);
    return undefined;
  }

  removeDirectory(parent: HostHandle, name: string): Errno | undefined {
    const file = this.#at(parent, name, "removeDirectory");
    if (file instanceof Errno) return file;
    if (file.kind !== "directory") return errno.ENOTDIR;
    if (file.list().length > 0) return errno.ENOTEMPTY;
    this.#open(parent)?.children.set(name, undefined);
    return undefined;
  }

  #stat(file: WorkingFile): HostStat {
    const { initial } = file;
    if (initial !== undefined && initial.stat === undefined) {
      this.#missing(`size and times of "${initial.path}"`);
    }
    return file.stat();
  }

  #put(call: string, { parent, name }: HostPlace, file: WorkingFile): Errno | undefined {
    const directory = this.#open(parent);
    if (directory === undefined) return errno.EBADF;
    const refusal = directory.refusalOf(call, name);
    if (refusal !== undefined) return refusal;
    if (directory.find(name) instanceof WorkingFile) return errno.EEXIST;
    directory.children.set(name, file);
    return undefined;
  }

  /** What is to be moved or linked, unless it was not when it was recorded. */
  #moved(call: "link" | "rename", from: HostPlace, to: HostPlace): WorkingFile | Errno {
    const source = this.#open(from.parent);
    const target = this.#open(to.parent);
    if (source === undefined || target === undefined) return errno.EBADF;
    const there = moveOf(`${call} to`, { directory: target, name: to.name });
    const file = this.#find(source, from.name, there);
    if (file instanceof Errno) return file;
    const here = moveOf(`${call} from`, { directory: source, name: from.name });
    return target.refusalOf(here, to.name) ?? file;
  }

  #opened(file: WorkingFile): HostHandle {
    const { handles } = this.#learnt;
    let number = handles.size;
    while (handles.has(number)) number += 1;
    handles.set(number, file);
    return (number - 1) as HostHandle;
  }

  #open(handle: HostHandle): WorkingFile | undefined {
    return this.#learnt.handles.get(handle + 1);
  }

  #at(parent: HostHandle, name: string, call: string): WorkingFile | Errno {
    const directory = this.#open(parent);
    return directory === undefined ? errno.EBADF : this.#find(directory, name, call);
  }

  #find(directory: WorkingFile, name: string, call: string): WorkingFile | Errno {
    const refusal = directory.refusalOf(call, name);
    if (refusal !== undefined) return refusal;
    const file = directory.find(name);
    if (file instanceof WorkingFile) return file;
    if (file === "unknown") this.#missing(`"${directory.initial?.child(name).path ?? name}"`);
    return errno.ENOENT;
  }
}

/** Why a rename may not put `file` in the place of `target`, as a file system says it. */
function whyNotReplaced(target: WorkingFile, file: WorkingFile): Errno | undefined {
  if (file.kind !== "directory") return target.kind === "directory" ? errno.EISDIR : undefined;
  if (target.kind !== "directory") return errno.ENOTDIR;
  return target.list().length > 0 ? errno.ENOTEMPTY : undefined;
}
