/**
 * Supervision: which children of a tree are to be started, asked and ended, and when.
 *
 * Knows: specs, strategies, restart types, pacing, the share of restarts, acknowledgement; no
 * process, no clock, no chance. Events go in, a list of actions comes out: the kernel acts.
 * Must hold: a parent's end is reported after the ends of all below it; a child has one life at a
 * time; what is told of an older epoch has no effect; nothing is started below what is ending;
 * the death of one child costs O(log n) under one-for-one; no depth of a tree is a depth of stack.
 * Never imports: a kernel, a host.
 * Start reading at `spec.ts` and `action.ts`, then `tree.ts`, `starting.ts`, `ending.ts` and
 * `settling.ts`; docs/decisions/0008-supervision.md has the rules.
 */
export type { Action, EndedFor, Epoch } from "./action.ts";
export { type ChildEnd, describeEnd, type EndReason } from "./end-reason.ts";
export { defaultNumbers, Pace, type SupervisionNumbers } from "./pace.ts";
export { RestartShare } from "./restart-share.ts";
export type {
  ChildSpec,
  GiveUp,
  ProcessChildSpec,
  RestartType,
  Strategy,
  SupervisorSpec,
} from "./spec.ts";
export { type ChildView, Tree } from "./tree.ts";
export type { NodeState, WantedChild } from "./tree-node.ts";
