import { describeExit } from "#core/sys";
import type { CrashRecord, ExecutorEvent, Life, ProcessEnd } from "#pool/host";
import type { LoadReport } from "#pool/scale/spread";
import type { Post, PostAnswer } from "#pool/host/summons";
import { otherCallees, unlistedCalleesMax } from "#pool/traffic";

/** What a program wants of its children. */
export type FamilyEvent = Extract<
  ExecutorEvent,
  { readonly kind: "spawn" | "acknowledge" | "end-child" }
>;

/** What happens to a process, without its end. */
export type ServingEvent = Extract<
  ExecutorEvent,
  { readonly kind: "instance-failed" | "instances-relieved" | "call-unlisted" | "renewal" }
>;

/** What happened, for people. */
export function describeServed(event: Exclude<ServingEvent, { readonly kind: "renewal" }>): string {
  switch (event.kind) {
    case "instance-failed":
      return describeExit(event.reason);
    case "instances-relieved":
      return `${event.count} that were idle, since ${event.usedPercent} % of the memory is taken`;
    case "call-unlisted":
      return describeUnlisted(event);
  }
}

function describeUnlisted({
  callee,
  isRefused,
}: ExecutorEvent & { readonly kind: "call-unlisted" }): string {
  if (callee === otherCallees) {
    return `${callee} were refused: its uses list none of them, nor ${unlistedCalleesMax} before`;
  }
  return isRefused
    ? `${callee} was refused: its uses do not list it; add it to uses.call`
    : `${callee} was let through, which its uses do not list`;
}

/** What becomes of work for processes that serve, and how much they have room for. */
export type SummonsEvent = Extract<ExecutorEvent, { readonly kind: "summoned" | "room" }>;

/** Who is told what happens on executors. */
export interface ExecutorsListener {
  /** All that one message brings is told within one step. */
  step(happen: () => void): void;
  started(lives: readonly Life[]): void;
  ended(ends: readonly ProcessEnd[]): void;
  asked(event: FamilyEvent): void;
  served(event: ServingEvent): void;
  summoned(event: SummonsEvent): void;
  /** An executor is busy, or is not any more. */
  loaded(report: LoadReport<Life>): void;
  /** A process sends a message to a queue, for which it waits. */
  posted(post: Post, answer: (answer: PostAnswer | undefined) => void): void;
  /** Their executor is gone. */
  lost(lives: readonly Life[], slot: number, why: string): void;
  crashed(crash: CrashRecord): void;
  executorStarted(slot: number, pid: number): void;
}
