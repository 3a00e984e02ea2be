/** A durable queue of an app. */
export interface QueueView {
  readonly app: string;
  readonly name: string;
  /** `false`: its app has it no more, and its messages are kept. */
  readonly isWanted: boolean;
  /** Messages that can be handed out at once; those behind another one of their key. */
  readonly ready: number;
  readonly held: number;
  readonly delayed: number;
  /** Messages that a process has. */
  readonly leased: number;
  readonly dead: number;
  /** All of them together. */
  readonly sizeBytes: number;
  /** How long the oldest of those that are ready waits. */
  readonly oldestNs?: number;
  /** Paths of the processes that consume it. */
  readonly consumers: readonly string[];
  /** As a manifest spells them. */
  readonly bounds: Readonly<Record<string, string>>;
}

/** Where messages of a queue stand. */
export type QueueStanding = "ready" | "delayed" | "leased" | "dead";

/** A message as it lies in its queue. */
export interface QueuedMessage {
  readonly id: number;
  readonly standing: QueueStanding;
  readonly key?: string;
  /** How often it was given to a process since it was sent or redriven, and ever. */
  readonly attempts: number;
  readonly deliveries: number;
  readonly sentAt: string;
  /** When it is due, its lease runs out, or since when it is dead. */
  readonly at?: string;
  /** Why it is dead. */
  readonly cause?: "failed" | "expired" | "rejected";
  /** Header fields, names and values by turns. */
  readonly fields: readonly string[];
  readonly bodyBytes: number;
  /** The first 64 KiB of its body, in Base64. */
  readonly body: string;
}

/** A message to be sent by hand. */
export interface SentMessage {
  readonly body: Uint8Array;
  readonly type?: string;
  readonly key?: string;
  /** As in `10s`. */
  readonly delay?: string;
}

/** Which messages of a queue are looked at. */
export interface PeekRange {
  readonly standing: QueueStanding;
  /** From this id on. */
  readonly from?: number;
  readonly most: number;
}

/** When a process runs, and how its runs went. */
export interface ScheduleView {
  /** As people write it. */
  readonly text: string;
  readonly isRunning: boolean;
  /** ISO 8601, as all times here. Of one that is down it is not known. */
  readonly nextAt?: string;
  /** When the last run that has ended was due, and `ok` or what went wrong. */
  readonly lastAt?: string;
  readonly lastEnd?: string;
  /** Which runs were last missed, for people. */
  readonly missed?: string;
}
