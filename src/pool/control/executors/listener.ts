import type { CrashRecord, ExecutorEvent, Life, ProcessEnd } from "#pool/host";

/** What a program wants of its children. */
export type FamilyEvent = Extract<
  ExecutorEvent,
  { readonly kind: "spawn" | "acknowledge" | "end-child" }
>;

/** What happens to a process that serves, without its end. */
export type ServingEvent = Extract<
  ExecutorEvent,
  { readonly kind: "instance-failed" | "instances-relieved" | "renewal-reverted" }
>;

export type Relieved = Extract<ServingEvent, { readonly kind: "instances-relieved" }>;

/** Who is told what happens on executors. */
export interface ExecutorsListener {
  /** All that one message brings is told within one step. */
  step(happen: () => void): void;
  started(lives: readonly Life[]): void;
  ended(ends: readonly ProcessEnd[]): void;
  asked(event: FamilyEvent): void;
  served(event: ServingEvent): void;
  /** Their executor is gone. */
  lost(lives: readonly Life[], slot: number, why: string): void;
  crashed(crash: CrashRecord): void;
  executorStarted(slot: number, pid: number): void;
}
