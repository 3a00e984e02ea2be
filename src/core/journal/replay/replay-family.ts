import type { ChildId, Family, Notice, SpawnRequest } from "#core/host";
import { type Entry, type EntryKind, type EntryOf } from "#core/journal/format";
import { describeEntry } from "#core/journal/tell";
import type { Errno } from "#core/sys";

/** What a family that answers from a journal needs of it. */
export interface FamilyJournal {
  /** Takes the journal's next entry, which has to be of this kind. */
  take<K extends EntryKind>(kind: K, found: () => string): EntryOf<K>;
  diverged(recorded: Entry, found: string): never;
}

/** Something arrives from the family. */
export type FamilyArrival = EntryOf<"spawned" | "noticed">;

/** A family that answers from a journal: no child of it exists. */
export class ReplayFamily implements Family {
  readonly path: string;
  readonly #journal: FamilyJournal;
  #spawning: ((result: ChildId | Errno) => void) | undefined = undefined;
  #asking: ((notice: Notice) => void) | undefined = undefined;

  constructor(path: string, journal: FamilyJournal) {
    this.path = path;
    this.#journal = journal;
  }

  spawn(request: SpawnRequest, answer: (result: ChildId | Errno) => void): void {
    this.#compare("spawning", { kind: "spawning", request });
    this.#spawning = answer;
  }

  next(answer: (notice: Notice) => void): void {
    this.#asking = answer;
  }

  acknowledge(child: ChildId): Errno | undefined {
    return this.#tell(child, undefined);
  }

  end(child: ChildId, graceNs: number): Errno | undefined {
    return this.#tell(child, graceNs);
  }

  close(): void {}

  /** Hands what arrives to whoever asked for it; answers `false` when nobody did. */
  deliver(arrival: FamilyArrival): boolean {
    if (arrival.kind === "spawned") {
      const answer = this.#spawning;
      this.#spawning = undefined;
      answer?.(arrival.result);
      return answer !== undefined;
    }
    const answer = this.#asking;
    this.#asking = undefined;
    answer?.(arrival.notice);
    return answer !== undefined;
  }

  #tell(child: ChildId, graceNs: number | undefined): Errno | undefined {
    const told = { kind: "told", child, graceNs, failed: undefined } as const;
    return this.#compare("told", told).failed;
  }

  /** Takes what was recorded, which has to say the same: the text of either has all it asks. */
  #compare<K extends "spawning" | "told">(kind: K, asked: EntryOf<K>): EntryOf<K> {
    const found = describeEntry(asked, String);
    const entry = this.#journal.take(kind, () => found);
    if (describeEntry(entry, String) !== found) this.#journal.diverged(entry, found);
    return entry;
  }
}
