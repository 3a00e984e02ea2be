import type { Errno, Limits } from "#core/sys";

/** One life of a child: a whole number that its parent's family never gives twice. */
export type ChildId = number & { readonly childId: unique symbol };

/** How a child is to be started. What is left out is as the granted spec says. */
export interface SpawnRequest {
  /** The name of a spec that the process was granted. */
  readonly spec: string;
  /** What the child is called among its siblings; no two of them that are alive share a name. */
  readonly name: string;
  /** Arguments after the program's name. */
  readonly args?: readonly string[];
  /** `NAME=value` texts, in place of the spec's. */
  readonly env?: readonly string[];
  /** Which of the spec's grants it gets: as a manifest spells them, `files:./data:ro`. */
  readonly uses?: readonly string[];
  /** Each within the process's own. */
  readonly limits?: Partial<Limits>;
}

/** How a child ended, as its parent is told. */
export interface EndSummary {
  readonly kind:
    | "exited"
    | "killed"
    | "trapped"
    | "refused"
    | "unacknowledged"
    | "gave-up"
    | "ended";
  /** The exit status of one that exited; 0 of all others. */
  readonly code: number;
  /** One line for a person: `exited(1)`, `killed(memory 64 MiB)`. */
  readonly text: string;
}

/** Something a process is told of its family. */
export type Notice =
  /** A child, and all below it, has ended. A failure is to be acknowledged, in time. */
  | {
      readonly kind: "ended";
      readonly child: ChildId;
      readonly end: EndSummary;
      readonly isFailure: boolean;
    }
  /** The process itself is asked to end, and is ended when its grace is over. */
  | { readonly kind: "asked"; readonly graceNs: number };

/**
 * What a process may do with children of its own, and what it is told of them and of itself. A
 * child is told of as ended once, after its start was answered.
 */
export interface Family {
  /** Where the process is in the tree: the names from the root down, with `/` between them. */
  readonly path: string;
  /**
   * Starts a child. One request at a time; answered once, in a later turn: ENOENT for a spec that
   * was not granted, EEXIST for the name of a child that is alive, ENOTCAPABLE for a use that the
   * spec or the process does not have, EAGAIN when there is no room for it below the process, EPERM
   * when that is ending.
   */
  spawn(request: SpawnRequest, answer: (result: ChildId | Errno) => void): void;
  /** Asks for one notice. One request at a time; answered once, in a later turn. */
  next(answer: (notice: Notice) => void): void;
  /** Takes note that a child failed. */
  acknowledge(child: ChildId): Errno | undefined;
  /** Asks a child to end and ends it when the grace is over: at once with 0, never by Infinity. */
  end(child: ChildId, graceNs: number): Errno | undefined;
  /** The process has ended: it asks for nothing more, and its children end with it. */
  close(): void;
}
