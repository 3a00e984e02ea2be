/**
 * What a deploy would change: from one manifest to another, before anything is done.
 *
 * Knows: which fields need a new start of a process and which only tell its supervisor something
 * else; how a plan is shown. Nothing of what runs.
 * Must hold: a plan of a manifest to itself is empty; what a plan says, together with the manifest
 * before, is the manifest after; the same two manifests give the same plan.
 * Never imports: anything that acts.
 * Start reading at `plan-changes.ts`.
 */
export { applyPlan } from "./apply-plan.ts";
export { formatPlan } from "./format-plan.ts";
export {
  type Effect,
  type FieldChange,
  type Plan,
  planChanges,
  type PlanCounts,
  type ProcessChange,
  type SupervisorChange,
} from "./plan-changes.ts";
