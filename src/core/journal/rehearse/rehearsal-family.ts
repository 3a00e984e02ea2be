import type { ChildId, Family, Notice, SpawnRequest, Turns } from "#core/host";
import { type EntryOf } from "#core/journal/format";
import { describeEntry } from "#core/journal/tell";
import { errno, type Errno } from "#core/sys";
import type { WaitingLine } from "./waiting-line.ts";

/** What a process asks of its family is compared like a stream; no other has this number. */
export const familyPort = -1;

const encoder = new TextEncoder();

/** What was asked of a family, as a line of that stream. */
export function familyLine(entry: EntryOf<"spawning" | "told">): Uint8Array {
  return encoder.encode(`${describeEntry(entry, String)}\n`);
}

export interface RehearsalFamilyOptions {
  readonly path: string;
  readonly line: WaitingLine;
  readonly turns: Turns;
  /** The recorded answers to what it is told. */
  readonly told: readonly (Errno | undefined)[];
  readonly write: (bytes: Uint8Array) => void;
  readonly missing: (what: string) => void;
}

/** A family whose answers and notices are the recorded ones, in their order. */
export class RehearsalFamily implements Family {
  readonly path: string;
  readonly #options: RehearsalFamilyOptions;
  #toldCount = 0;

  constructor(options: RehearsalFamilyOptions) {
    this.path = options.path;
    this.#options = options;
  }

  spawn(request: SpawnRequest, answer: (result: ChildId | Errno) => void): void {
    const { line, missing, turns, write } = this.#options;
    write(familyLine({ kind: "spawning", request }));
    if (line.spawn(answer)) return;
    missing("more children than were started when it was recorded");
    turns.next(() => answer(errno.EAGAIN));
  }

  next(answer: (notice: Notice) => void): void {
    this.#options.line.notice(answer);
  }

  acknowledge(child: ChildId): Errno | undefined {
    return this.#tell(child, undefined);
  }

  end(child: ChildId, graceNs: number): Errno | undefined {
    return this.#tell(child, graceNs);
  }

  close(): void {}

  #tell(child: ChildId, graceNs: number | undefined): Errno | undefined {
    const { told, write } = this.#options;
    write(familyLine({ kind: "told", child, graceNs, failed: undefined }));
    return told[this.#toldCount++];
  }
}
