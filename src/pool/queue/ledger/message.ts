/** The number of a message in its queue: where it stands in order, and what it is asked for by. */
export type MessageId = number;

/** Why a message is dead: given back, or not acknowledged in time, once too often; or rejected. */
export type DeathCause = "failed" | "expired" | "rejected";

/** Where a message stands. */
export type Stage =
  | { readonly kind: "waiting"; readonly dueAtMs: number }
  | { readonly kind: "leased"; readonly untilMs: number }
  | { readonly kind: "dead"; readonly sinceMs: number; readonly cause: DeathCause };

/** What a queue knows of a message without its content. */
export interface MessageView {
  readonly id: MessageId;
  /** Where its content stands in the log of messages: at `id` at first. */
  readonly position: number;
  readonly key: string | undefined;
  readonly sentAtMs: number;
  /** Of content and key together. */
  readonly sizeBytes: number;
  /** Deliveries since it was sent or redriven. */
  readonly attempts: number;
  /** Deliveries ever: of two with the same message, the later has the higher one. */
  readonly deliveries: number;
  readonly stage: Stage;
}

/** The same, which changes when the queue does. */
export interface Message extends MessageView {
  /** What it is now. */
  view(): MessageView;
}

/** A message to be sent. */
export interface Outgoing {
  readonly content: Uint8Array;
  /** Of messages with one key only one is out at a time, in the order they were sent. */
  readonly key?: string | undefined;
  /** It is handed out no sooner; of its key, those behind it wait too. */
  readonly delayMs?: number;
}

/** What proves that one was given a message: it is worth nothing once that is given out again. */
export interface Receipt {
  readonly id: MessageId;
  readonly deliveries: number;
}

/** A message handed out. It is the receiver's until the lease is over. */
export interface Delivery extends Receipt {
  readonly content: Uint8Array;
  readonly key: string | undefined;
  readonly sentAtMs: number;
  /** 1 the first time. */
  readonly attempts: number;
  readonly leasedUntilMs: number;
}

/** How many messages stand where. */
export interface QueueCounts {
  /** Can be handed out at once. */
  readonly ready: number;
  /** Due, behind another one of their key. */
  readonly held: number;
  readonly delayed: number;
  readonly leased: number;
  readonly dead: number;
  /** All of them together, in bytes. */
  readonly sizeBytes: number;
  /** When the first of those that are ready was sent. */
  readonly oldestReadySentAtMs: number | undefined;
}
