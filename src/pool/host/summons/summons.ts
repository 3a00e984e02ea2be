import type { Fields } from "#core/host/traffic";

/**
 * Work for a process that serves, which nobody asked for over a network: a message of a queue, or
 * a run of a schedule. It comes to an instance as a request. Plain data.
 */
export interface Summons {
  /** Given by the daemon and never used twice. */
  readonly number: number;
  readonly fields: Fields;
  readonly body: Uint8Array;
  /** How long an instance may take to answer all of it. */
  readonly withinNs: number;
  /** Several messages in one: its answer may say which of them are to come again. */
  readonly isBatch?: boolean;
}

/** A message of a batch that was not done. */
export interface Again {
  readonly message: number;
  /** When it is to come again; after its usual pause without. */
  readonly afterNs?: number;
}

/** What became of it. */
export type SummonsOutcome =
  /** An instance answered, to the end. */
  | {
      readonly kind: "answered";
      readonly status: number;
      /** When it asks to be given a message again that it did not acknowledge. */
      readonly retryAfterNs?: number;
      /** Of a batch: what is not done of what the status says is done. */
      readonly again?: readonly Again[];
    }
  /** An instance had it, and did not answer. */
  | { readonly kind: "failed"; readonly why: string }
  /** No instance had it. */
  | { readonly kind: "untouched"; readonly why: string };

export interface SummonsEnd {
  readonly number: number;
  readonly outcome: SummonsOutcome;
}

/** What waits in a queue for a process that consumes it. */
export interface Backlog {
  /** Requests that messages could be handed out in now. */
  readonly readyCount: number;
  /** Since when the oldest of them waits. */
  readonly oldestNs: number;
  /** How many came since it was last told; of a batch each message is a part of one. */
  readonly arrivedCount: number;
}

/** A request by which a process sends a message to a queue. */
export interface Post {
  /** What the queue is called among all of a machine: `shop/jobs`. */
  readonly queue: string;
  readonly method: string;
  /** As its sender wrote them, with who that is. */
  readonly fields: Fields;
  readonly body: Uint8Array;
}

/** What a post is answered with; `undefined`: there is no such queue. */
export interface PostAnswer {
  readonly status: number;
  readonly fields: Fields;
  /** For people. */
  readonly text: string;
}
