import type { ErrorCode } from "./codes.ts";
import type { LimitName } from "./limits.ts";

/** One function on a guest's call stack, innermost first in lists. */
export interface GuestFrame {
  /** From the module's name section, or `$N` for the function with index N. */
  readonly functionName: string;
  readonly functionIndex: number;
  /** Byte offset in the module that was compiled (after instrumentation). */
  readonly offset: number;
}

/** Why and how a process ended. Every ended process has exactly one. */
export type ExitReason =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly by: KilledBy }
  | { readonly kind: "trapped"; readonly what: string; readonly stack: readonly GuestFrame[] }
  | {
      readonly kind: "refused";
      readonly code: ErrorCode;
      readonly why: string;
      readonly hint: string;
    };

/** A limit that was reached, or somebody who asked for the end. */
export type KilledBy =
  | { readonly limit: LimitName; readonly allowed: string }
  | { readonly who: string };

/** One line for a person: `exited(0)`, `killed(cpu-time 10 s)`, `trapped(unreachable)`. */
export function describeExit(reason: ExitReason): string {
  switch (reason.kind) {
    case "exited":
      return `exited(${reason.code})`;
    case "killed":
      return "limit" in reason.by
        ? `killed(${reason.by.limit} ${reason.by.allowed})`
        : `killed(by ${reason.by.who})`;
    case "trapped":
      return `trapped(${reason.what})`;
    case "refused":
      return `refused(${reason.why})`;
  }
}
