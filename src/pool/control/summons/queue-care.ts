import type { Turns } from "#core/host";
import type { EventView } from "#pool/api";
import type { Life, Logs } from "#pool/host";
import type { Backlog, Summons } from "#pool/host/summons";
import type { TendedQueue } from "./tended-queue.ts";

/** Who does what a queue wants done, and answers for all of them. */
export interface QueueCare {
  readonly logs: Logs;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  nowMs(): number;
  /** Of the next summons. */
  nextNumber(): number;
  /** What is said of lives within it goes out together. */
  step(happen: () => void): void;
  summon(life: Life, summons: readonly Summons[]): void;
  backlog(life: Life, backlog: Backlog): void;
  happened(event: Omit<EventView, "position" | "at">): void;
  /** Has work done that nobody waits for; a queue whose work fails is told so. */
  attempt(queue: TendedQueue, work: () => Promise<void>): void;
}
