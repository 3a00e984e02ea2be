import type { FileKind, HostEntry, HostStat, OpenFlags } from "#core/host";
import type { Errno } from "#core/sys";
import type { InitialFile } from "./initial-file.ts";
import { SparseBytes } from "./sparse-bytes.ts";

/** One object of a granted directory as a run has it now. */
export class WorkingFile {
  /** What it was before the run; `undefined` when the run made it. */
  readonly initial: InitialFile | undefined;
  /** Names this run has looked at or changed; `undefined` for one that is gone. */
  readonly children: Map<string, WorkingFile | undefined> = new Map();
  readonly #kind: FileKind;
  readonly #linkTarget: string | undefined;
  readonly #written = new SparseBytes();
  /** How much of what was there before the run still stands, where it was not written over. */
  #initialBytes: number;
  #sizeBytes: number | undefined = undefined;

  constructor(kind: FileKind, initial?: InitialFile, linkTarget?: string) {
    this.#kind = kind;
    this.initial = initial;
    this.#linkTarget = linkTarget;
    this.#initialBytes = initial === undefined ? 0 : Infinity;
  }

  get kind(): FileKind {
    return this.initial?.kind ?? this.#kind;
  }

  get linkTarget(): string | undefined {
    return this.#linkTarget ?? this.initial?.linkTarget;
  }

  /** Whether the run has changed its content. */
  get isChanged(): boolean {
    return this.initial === undefined || this.#sizeBytes !== undefined;
  }

  get sizeBytes(): number {
    return this.#sizeBytes ?? this.initial?.sizeBytes ?? 0;
  }

  stat(): HostStat {
    return { ...(this.initial?.stat ?? madeStat), kind: this.kind, sizeBytes: this.sizeBytes };
  }

  /** Copies into `target`; answers how many bytes. Those nobody knows read as zeros. */
  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.length, this.sizeBytes - position));
    const wanted = target.subarray(0, count).fill(0);
    const initialCount = Math.max(0, Math.min(count, this.#initialBytes - position));
    this.initial?.content.read(wanted.subarray(0, initialCount), position);
    this.#written.read(wanted, position);
    return count;
  }

  /** Whether a reading of so much would give what nobody knows. */
  isDoubtful(position: number, lengthBytes: number): boolean {
    const { initial } = this;
    if (initial === undefined) return false;
    const isEndKnown = this.#sizeBytes !== undefined || initial.isSizeKnown;
    const end = Math.min(position + lengthBytes, initial.endsBy);
    if (!isEndKnown && position < end && end > this.sizeBytes) return true;
    return this.#initialWithin(position, Math.min(position + lengthBytes, this.sizeBytes)).some(
      (range) => initial.content.known.missing(range).length > 0,
    );
  }

  /** Notes bytes that a recorded reading gave: those that this run has not written itself. */
  learn(bytes: Uint8Array, position: number): void {
    for (const { from, to } of this.#initialWithin(position, position + bytes.length)) {
      this.initial?.content.write(bytes.subarray(from - position, to - position), from);
    }
  }

  /** The parts that are as they were before the run. */
  #initialWithin(from: number, to: number): { readonly from: number; readonly to: number }[] {
    return this.#written.known.missing({
      from,
      to: Math.max(from, Math.min(to, this.#initialBytes)),
    });
  }

  write(bytes: Uint8Array, position: number): void {
    if (this.initial?.isSizeKnown === true) this.#keepInitial(this.initial.sizeBytes);
    this.#sizeBytes = Math.max(this.sizeBytes, position + bytes.length);
    this.#written.write(bytes, position);
  }

  truncate(sizeBytes: number): void {
    if (this.initial?.isSizeKnown === true) this.#keepInitial(this.initial.sizeBytes);
    this.#keepInitial(sizeBytes);
    this.#sizeBytes = sizeBytes;
    this.#written.cut(sizeBytes);
  }

  /** What comes behind so many bytes is of this run, if only because it was cut off. */
  #keepInitial(bytesMax: number): void {
    this.#initialBytes = Math.min(this.#initialBytes, bytesMax);
  }

  /** What has this name now: as the run left it, else as it was; `unknown` when nobody knows. */
  find(name: string): WorkingFile | "absent" | "unknown" {
    if (this.children.has(name)) return this.children.get(name) ?? "absent";
    if (this.initial === undefined) return "absent";
    const child = this.initial.child(name);
    if (child.presence === "absent" || child.presence === "doubtful") return "absent";
    if (child.presence === "present") return this.enter(name, child);
    return this.initial.entries === undefined ? "unknown" : "absent";
  }

  /** Whether what has this name is, with all that lies below, as it was before the run. */
  isUntouched(name: string): boolean {
    if (this.initial === undefined) return false;
    if (!this.children.has(name)) return true;
    const child = this.children.get(name);
    if (child?.initial !== this.initial.child(name) || child.isChanged) return false;
    if (child.initial.presence === "doubtful") return false;
    return [...child.children.keys()].every((below) => child.isUntouched(below));
  }

  /** Why something was not done with this name when it was recorded, if that still counts. */
  refusalOf(what: string, name: string): Errno | undefined {
    return this.isUntouched(name) ? this.initial?.child(name).refusals.get(what) : undefined;
  }

  /** What had this name before the run, from now on as this run has it. */
  enter(name: string, initial: InitialFile): WorkingFile {
    const file = new WorkingFile(initial.kind, initial);
    this.children.set(name, file);
    return file;
  }

  /** Whether `other` is this one, or lies below it. */
  holds(other: WorkingFile): boolean {
    if (this === other) return true;
    return [...this.children.values()].some((child) => child?.holds(other));
  }

  /** Its names now; those of an unlisted directory are only the ones this run knows of. */
  list(): HostEntry[] {
    const names = new Map(this.initial?.entries?.map((entry) => [entry.name, entry]));
    for (const [name, file] of this.children) {
      if (file === undefined) names.delete(name);
      else names.set(name, { name, kind: file.kind, inode: file.stat().inode });
    }
    return [...names.values()];
  }
}

/** A name in a directory. */
export interface Place {
  readonly directory: WorkingFile;
  readonly name: string;
}

const madeStat: Omit<HostStat, "kind" | "sizeBytes"> = {
  device: 0n,
  inode: 0n,
  links: 1,
  accessedNs: 0n,
  modifiedNs: 0n,
  changedNs: 0n,
};

/** How a move is called among what was not done with the other of its two places. */
export function moveOf(move: `${"link" | "rename"} ${"from" | "to"}`, other: Place): string {
  return `${move} ${other.directory.initial?.path ?? "?"}/${other.name}`;
}

/** How an opening is called among what was not done. */
export function openingOf(flags: OpenFlags): string {
  const names = ["read", "write", "create", "exclusive", "truncate"] as const;
  return `openFile ${names.filter((name) => flags[name]).join(" ")}`;
}
