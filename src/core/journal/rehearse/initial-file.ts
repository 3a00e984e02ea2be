import type { FileKind, HostEntry, HostStat } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { SparseBytes } from "./sparse-bytes.ts";

/** Whether something was there before the run; `doubtful`: it may have been made by an opening. */
export type Presence = "unknown" | "doubtful" | "present" | "absent";

/** What a recording tells of one object of a granted directory, as it was before the run. */
export class InitialFile {
  /** From the granted directory down, for people: `folder/data.txt`. */
  readonly path: string;
  presence: Presence = "unknown";
  kind: FileKind = "regular";
  /** All but its size, which the run may have changed by the time it asked. */
  stat: HostStat | undefined = undefined;
  linkTarget: string | undefined = undefined;
  /** All names of a directory, when it was listed. */
  entries: readonly HostEntry[] | undefined = undefined;
  /** Of a file, the bytes that were read. */
  readonly content: SparseBytes = new SparseBytes();
  /** Where it ends, if anything told. */
  endsAt: number | undefined = undefined;
  /** Where there was nothing to read any more. */
  endsBy: number = Infinity;
  /** What was not done with it, and why, while it was as before the run. */
  readonly refusals: Map<string, Errno> = new Map();
  readonly #children = new Map<string, InitialFile>();

  constructor(path: string) {
    this.path = path;
  }

  /** Its size as far as that is known. */
  get sizeBytes(): number {
    return this.endsAt ?? this.content.known.end;
  }

  get isSizeKnown(): boolean {
    return this.endsAt !== undefined;
  }

  child(name: string): InitialFile {
    const path = this.path === "" ? name : `${this.path}/${name}`;
    return this.#children.getOrInsertComputed(name, () => new InitialFile(path));
  }

  /** It was there, and of this kind if the answer told. */
  found(kind: FileKind | undefined): void {
    this.presence = "present";
    this.kind = kind ?? this.kind;
  }

  /** What was not done with it tells of it, too. */
  refused(what: string, why: Errno): void {
    if (why === errno.ENOENT) this.missed();
    else this.refusals.set(what, why);
    if (why === errno.EEXIST && this.presence === "unknown") this.presence = "present";
  }

  /** It was not there, unless something else said that it was. */
  missed(): void {
    if (this.presence === "unknown") this.presence = "absent";
  }
}
