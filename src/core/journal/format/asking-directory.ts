import { assert } from "#core/base";
import type {
  HostEntry,
  HostHandle,
  HostStat,
  HostTimes,
  OpenFlags,
  OutsideDirectory,
} from "#core/host";
import { Errno } from "#core/sys";
import type { AnswerOf, DirectoryCall, SubjectOf } from "./directory-calls.ts";
import { pieceBytesMax } from "./pieces.ts";

/** Answers one question to an outside directory, from wherever answers come. */
export type Ask = <Call extends DirectoryCall>(
  call: Call,
  subject: SubjectOf<Call>,
  direct: () => AnswerOf<Call>,
) => AnswerOf<Call>;

interface HostPlace {
  readonly parent: HostHandle;
  readonly name: string;
}

/** The flags of an opening, by the bit that stands for each in a subject. */
const flagNames = ["read", "write", "create", "exclusive", "truncate"] as const;

function bitsOf(flags: OpenFlags): number {
  let bits = 0;
  for (const [index, name] of flagNames.entries()) if (flags[name]) bits |= 1 << index;
  return bits;
}

/** The flags that were put into a subject as a number. */
export function flagsOf(bits: number): OpenFlags {
  const isSet = (name: (typeof flagNames)[number]): boolean =>
    (bits & (1 << flagNames.indexOf(name))) !== 0;
  return {
    read: isSet("read"),
    write: isSet("write"),
    create: isSet("create"),
    exclusive: isSet("exclusive"),
    truncate: isSet("truncate"),
  };
}

/**
 * An outside directory whose every answer goes through `ask`; `direct` is asked by it, if any.
 * What is moved at once is cut into pieces, so that no entry of a journal grows without bound;
 * the size of a piece belongs to the format, for a replay has to ask the same.
 */
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
  #numberOf(handle: HostHandle): number {
    return handle === this.root ? 0 : handle + 1;
  }

  close(target: HostHandle): void {
    this.#direct?.close(target);
  }

  closeAll(): void {
    this.#direct?.closeAll();
  }

  openDirectory(parent: HostHandle, name: string): HostHandle | Errno {
    return this.#ask("openDirectory", [this.#numberOf(parent), name], () =>
      this.#outside.openDirectory(parent, name),
    );
  }

  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno {
    return this.#ask("openFile", [this.#numberOf(parent), name, bitsOf(flags)], () =>
      this.#outside.openFile(parent, name, flags),
    );
  }

  stat(parent: HostHandle, name: string): HostStat | Errno {
    return this.#ask("stat", [this.#numberOf(parent), name], () =>
      this.#outside.stat(parent, name),
    );
  }

  statHandle(target: HostHandle): HostStat | Errno {
    return this.#ask("statHandle", [this.#numberOf(target)], () =>
      this.#outside.statHandle(target),
    );
  }

  list(directory: HostHandle): readonly HostEntry[] | Errno {
    return this.#ask("list", [this.#numberOf(directory)], () => {
      const entries = this.#outside.list(directory);
      if (entries instanceof Errno) return entries;
      // A host may look an inode up when it is read: here each is read once, and kept.
      return entries.map(({ name, kind, inode }) => ({ name, kind, inode }));
    });
  }

  readLink(parent: HostHandle, name: string): string | Errno {
    return this.#ask("readLink", [this.#numberOf(parent), name], () =>
      this.#outside.readLink(parent, name),
    );
  }

  read(source: HostHandle, target: Uint8Array, position: number): number | Errno {
    return inPieces(target, (piece, done) => this.#readPiece(source, piece, position + done));
  }

  #readPiece(source: HostHandle, target: Uint8Array, position: number): number | Errno {
    const answer = this.#ask("read", [this.#numberOf(source), position, target.length], () => {
      const count = this.#outside.read(source, target, position);
      return typeof count === "number" ? target.subarray(0, count) : count;
    });
    if (!(answer instanceof Uint8Array)) return answer;
    // What was asked directly stands there already.
    if (answer.buffer !== target.buffer) target.set(answer.subarray(0, target.length));
    return Math.min(answer.length, target.length);
  }

  write(target: HostHandle, content: Uint8Array, position: number): number | Errno {
    return inPieces(content, (piece, done) =>
      this.#ask("write", [this.#numberOf(target), position + done, piece], () =>
        this.#outside.write(target, piece, position + done),
      ),
    );
  }

  truncate(target: HostHandle, sizeBytes: number): Errno | undefined {
    return this.#ask("truncate", [this.#numberOf(target), sizeBytes], () =>
      this.#outside.truncate(target, sizeBytes),
    );
  }

  sync(target: HostHandle): Errno | undefined {
    return this.#ask("sync", [this.#numberOf(target)], () => this.#outside.sync(target));
  }

  setTimes(target: HostHandle, times: HostTimes): Errno | undefined {
    const subject = [this.#numberOf(target), ...subjectOf(times)] as const;
    return this.#ask("setTimes", subject, () => this.#outside.setTimes(target, times));
  }

  setTimesAt(parent: HostHandle, name: string, times: HostTimes): Errno | undefined {
    const subject = [this.#numberOf(parent), name, ...subjectOf(times)] as const;
    return this.#ask("setTimesAt", subject, () => this.#outside.setTimesAt(parent, name, times));
  }

  makeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#ask("makeDirectory", [this.#numberOf(parent), name], () =>
      this.#outside.makeDirectory(parent, name),
    );
  }

  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined {
    return this.#ask("makeSymlink", [this.#numberOf(parent), name, target], () =>
      this.#outside.makeSymlink(parent, name, target),
    );
  }

  link(from: HostPlace, to: HostPlace): Errno | undefined {
    return this.#ask("link", this.#subjectOf(from, to), () => this.#outside.link(from, to));
  }

  rename(from: HostPlace, to: HostPlace): Errno | undefined {
    return this.#ask("rename", this.#subjectOf(from, to), () => this.#outside.rename(from, to));
  }

  unlink(parent: HostHandle, name: string): Errno | undefined {
    return this.#ask("unlink", [this.#numberOf(parent), name], () =>
      this.#outside.unlink(parent, name),
    );
  }

  removeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#ask("removeDirectory", [this.#numberOf(parent), name], () =>
      this.#outside.removeDirectory(parent, name),
    );
  }

  #subjectOf(from: HostPlace, to: HostPlace): SubjectOf<"link"> {
    return [this.#numberOf(from.parent), from.name, this.#numberOf(to.parent), to.name];
  }
}

/**
 * Times as a journal reads them back: a guest's have no sign, and from the year 2262 on they have
 * the bit that is one in a journal.
 */
function subjectOf({
  accessedNs,
  modifiedNs,
}: HostTimes): [bigint | undefined, bigint | undefined] {
  return [signed(accessedNs), signed(modifiedNs)];
}

function signed(timeNs: bigint | undefined): bigint | undefined {
  return timeNs === undefined ? undefined : BigInt.asIntN(64, timeNs);
}

/** Moves bytes piece by piece until one does less; an error after the first bytes is not told. */
function inPieces(
  all: Uint8Array,
  move: (piece: Uint8Array, done: number) => number | Errno,
): number | Errno {
  if (all.length <= pieceBytesMax) return move(all, 0);
  let done = 0;
  while (done < all.length) {
    const piece = all.subarray(done, done + pieceBytesMax);
    const count = move(piece, done);
    if (count instanceof Errno) return done > 0 ? done : count;
    done += count;
    if (count < piece.length) break;
  }
  return done;
}
