import { assert } from "#core/base";
import type {
  FileKind,
  HostEntry,
  HostHandle,
  HostStat,
  HostTimes,
  OpenFlags,
  OutsideDirectory,
} from "#core/host";
import { Errno } from "#core/sys";
import { bytes, fallible, outcome, text, unsigned, type ValueCodec } from "./values.ts";

/**
 * The questions that can be asked of an outside directory, each with how its answer is written.
 * `read` answers the bytes themselves here, so that an answer is a plain value.
 */
export interface DirectoryAnswers {
  openDirectory: HostHandle | Errno;
  openFile: HostHandle | Errno;
  stat: HostStat | Errno;
  statHandle: HostStat | Errno;
  list: readonly HostEntry[] | Errno;
  readLink: string | Errno;
  read: Uint8Array | Errno;
  write: number | Errno;
  truncate: Errno | undefined;
  sync: Errno | undefined;
  setTimes: Errno | undefined;
  setTimesAt: Errno | undefined;
  makeDirectory: Errno | undefined;
  makeSymlink: Errno | undefined;
  link: Errno | undefined;
  rename: Errno | undefined;
  unlink: Errno | undefined;
  removeDirectory: Errno | undefined;
}

export type DirectoryCall = keyof DirectoryAnswers;

const kinds: readonly FileKind[] = [
  "directory",
  "regular",
  "symlink",
  "character",
  "block",
  "socket",
];

const stat: ValueCodec<HostStat> = {
  write: (writer, value) => {
    writer.u8(kinds.indexOf(value.kind));
    writer.unsigned64(BigInt.asUintN(64, value.device));
    writer.unsigned64(BigInt.asUintN(64, value.inode));
    writer.unsigned(value.links);
    writer.unsigned(value.sizeBytes);
    for (const ns of [value.accessedNs, value.modifiedNs, value.changedNs]) {
      writer.unsigned64(BigInt.asUintN(64, ns));
    }
  },
  read: (reader) => ({
    kind: kinds[reader.u8()] ?? "regular",
    device: reader.unsigned64(),
    inode: reader.unsigned64(),
    links: reader.unsigned(),
    sizeBytes: reader.unsigned(),
    accessedNs: BigInt.asIntN(64, reader.unsigned64()),
    modifiedNs: BigInt.asIntN(64, reader.unsigned64()),
    changedNs: BigInt.asIntN(64, reader.unsigned64()),
  }),
};

const entries: ValueCodec<readonly HostEntry[]> = {
  write: (writer, value) => {
    writer.unsigned(value.length);
    for (const entry of value) {
      writer.text(entry.name);
      writer.u8(kinds.indexOf(entry.kind));
      writer.unsigned64(BigInt.asUintN(64, entry.inode));
    }
  },
  read: (reader) => {
    // Each entry takes at least three bytes, so a false count cannot ask for much.
    const count = Math.min(reader.unsigned(), reader.remainingBytes);
    return Array.from({ length: count }, () => ({
      name: reader.text(),
      kind: kinds[reader.u8()] ?? "regular",
      inode: reader.unsigned64(),
    }));
  },
};

const handle = fallible(unsigned) as ValueCodec<HostHandle | Errno>;

export const answerCodecs: {
  readonly [Call in DirectoryCall]: ValueCodec<DirectoryAnswers[Call]>;
} = {
  openDirectory: handle,
  openFile: handle,
  stat: fallible(stat),
  statHandle: fallible(stat),
  list: fallible(entries),
  readLink: fallible(text),
  read: fallible(bytes),
  write: fallible(unsigned),
  truncate: outcome,
  sync: outcome,
  setTimes: outcome,
  setTimesAt: outcome,
  makeDirectory: outcome,
  makeSymlink: outcome,
  link: outcome,
  rename: outcome,
  unlink: outcome,
  removeDirectory: outcome,
};

/** The calls by number, as entries name them. */
export const directoryCalls: readonly DirectoryCall[] = Object.keys(
  answerCodecs,
) as DirectoryCall[];

/** What of a question's arguments an entry holds: a text that says the same for the same. */
type Argument = number | string | bigint | boolean | undefined | Uint8Array;

/** Answers one question to an outside directory, from wherever answers come. */
export type Ask = <Call extends DirectoryCall>(
  call: Call,
  subject: readonly Argument[],
  direct: () => DirectoryAnswers[Call],
) => DirectoryAnswers[Call];

/** What a question is about, as one line. */
export function subjectText(subject: readonly Argument[]): string {
  return subject
    .map((part) => (part instanceof Uint8Array ? `${part.length} bytes` : String(part)))
    .join(" ");
}

function flagsText(flags: OpenFlags): string {
  const names: (keyof OpenFlags)[] = ["read", "write", "create", "exclusive", "truncate"];
  return names.filter((name) => flags[name]).join("+");
}

function timesText(times: HostTimes): string {
  return `${times.accessedNs ?? "-"} ${times.modifiedNs ?? "-"}`;
}

/** An outside directory whose every answer goes through `ask`; `direct` is asked by it, if any. */
export class AskingDirectory implements OutsideDirectory {
  readonly root: HostHandle;
  readonly readOnly: boolean;
  readonly #ask: Ask;
  readonly #direct: OutsideDirectory | undefined;

  constructor(
    ask: Ask,
    of: { readonly root: HostHandle; readonly readOnly: boolean },
    direct: OutsideDirectory | undefined,
  ) {
    this.root = of.root;
    this.readOnly = of.readOnly;
    this.#ask = ask;
    this.#direct = direct;
  }

  get #outside(): OutsideDirectory {
    assert(this.#direct !== undefined, "only a recorder asks the outside itself");
    return this.#direct;
  }

  /** The root has another number in a replay; what it gives out has the recorded ones. */
  #nameOf(handle: HostHandle): number | string {
    return handle === this.root ? "root" : handle;
  }

  close(target: HostHandle): void {
    this.#direct?.close(target);
  }

  closeAll(): void {
    this.#direct?.closeAll();
  }

  openDirectory(parent: HostHandle, name: string): HostHandle | Errno {
    return this.#ask("openDirectory", [this.#nameOf(parent), name], () =>
      this.#outside.openDirectory(parent, name),
    );
  }

  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno {
    return this.#ask("openFile", [this.#nameOf(parent), name, flagsText(flags)], () =>
      this.#outside.openFile(parent, name, flags),
    );
  }

  stat(parent: HostHandle, name: string): HostStat | Errno {
    return this.#ask("stat", [this.#nameOf(parent), name], () => this.#outside.stat(parent, name));
  }

  statHandle(target: HostHandle): HostStat | Errno {
    return this.#ask("statHandle", [this.#nameOf(target)], () => this.#outside.statHandle(target));
  }

  list(directory: HostHandle): readonly HostEntry[] | Errno {
    return this.#ask("list", [this.#nameOf(directory)], () => {
      const entries = this.#outside.list(directory);
      if (entries instanceof Errno) return entries;
      // A host may look an inode up when it is read: here each is read once, and kept.
      return entries.map(({ name, kind, inode }) => ({ name, kind, inode }));
    });
  }

  readLink(parent: HostHandle, name: string): string | Errno {
    return this.#ask("readLink", [this.#nameOf(parent), name], () =>
      this.#outside.readLink(parent, name),
    );
  }

  read(source: HostHandle, target: Uint8Array, position: number): number | Errno {
    const answer = this.#ask("read", [this.#nameOf(source), position, target.length], () => {
      const count = this.#outside.read(source, target, position);
      return typeof count === "number" ? target.subarray(0, count) : count;
    });
    if (!(answer instanceof Uint8Array)) return answer;
    if (answer.buffer !== target.buffer) target.set(answer);
    return answer.length;
  }

  write(target: HostHandle, content: Uint8Array, position: number): number | Errno {
    return this.#ask("write", [this.#nameOf(target), position, content], () =>
      this.#outside.write(target, content, position),
    );
  }

  truncate(target: HostHandle, sizeBytes: number): Errno | undefined {
    return this.#ask("truncate", [this.#nameOf(target), sizeBytes], () =>
      this.#outside.truncate(target, sizeBytes),
    );
  }

  sync(target: HostHandle): Errno | undefined {
    return this.#ask("sync", [this.#nameOf(target)], () => this.#outside.sync(target));
  }

  setTimes(target: HostHandle, times: HostTimes): Errno | undefined {
    return this.#ask("setTimes", [this.#nameOf(target), timesText(times)], () =>
      this.#outside.setTimes(target, times),
    );
  }

  setTimesAt(parent: HostHandle, name: string, times: HostTimes): Errno | undefined {
    return this.#ask("setTimesAt", [this.#nameOf(parent), name, timesText(times)], () =>
      this.#outside.setTimesAt(parent, name, times),
    );
  }

  makeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#ask("makeDirectory", [this.#nameOf(parent), name], () =>
      this.#outside.makeDirectory(parent, name),
    );
  }

  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined {
    return this.#ask("makeSymlink", [this.#nameOf(parent), name, target], () =>
      this.#outside.makeSymlink(parent, name, target),
    );
  }

  link(from: HostPlace, to: HostPlace): Errno | undefined {
    return this.#ask(
      "link",
      [this.#nameOf(from.parent), from.name, this.#nameOf(to.parent), to.name],
      () => this.#outside.link(from, to),
    );
  }

  rename(from: HostPlace, to: HostPlace): Errno | undefined {
    return this.#ask(
      "rename",
      [this.#nameOf(from.parent), from.name, this.#nameOf(to.parent), to.name],
      () => this.#outside.rename(from, to),
    );
  }

  unlink(parent: HostHandle, name: string): Errno | undefined {
    return this.#ask("unlink", [this.#nameOf(parent), name], () =>
      this.#outside.unlink(parent, name),
    );
  }

  removeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#ask("removeDirectory", [this.#nameOf(parent), name], () =>
      this.#outside.removeDirectory(parent, name),
    );
  }
}

interface HostPlace {
  readonly parent: HostHandle;
  readonly name: string;
}
