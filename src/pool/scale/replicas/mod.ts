/**
 * How many instances a spec is to have: from its load, from its backlog, and none after a while.
 *
 * Knows: rates, windows, what an instance can do, gaps between calls; no instance itself. What
 * happened goes in with the time, a number and a finding come out.
 * Must hold: a decision is within the bounds of the spec; the same calls at the same times give the
 * same decisions; memory does not grow with the load.
 * Never imports: a clock, a host, control.
 * Start reading at `numbers.ts`, then `load-scaler.ts` and `capacity.ts`; docs/decisions/0018 says
 * how it differs from its models.
 */
export { BacklogScaler, type BacklogView } from "./backlog-scaler.ts";
export { type IdleBounds, type IdleDecision, IdleTime } from "./idle-time.ts";
export { LoadScaler, type LoadView, type ReplicaDecision } from "./load-scaler.ts";
export { type Instances, type ReplicaBounds, type ScaleNumbers, scaleNumbers } from "./numbers.ts";
