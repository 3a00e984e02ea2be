/**
 * Load shapes: one service under simulated callers, and what its controllers make of it.
 *
 * Knows: shapes of load, instances that share a core among their calls, callers who give up and try
 * again, the optimum of one who knows the load beforehand, and the policies that are compared.
 * Must hold: a seed repeats a run; callers come at the same times whatever the policy does; no real
 * time passes.
 * Never imports: a clock, a real host.
 * Start reading at `scenario.ts` and `shapes.ts`, then `simulated-service.ts`.
 */
export { compare, type Comparison, type LoadRun } from "./compare.ts";
export { FeedbackPolicy } from "./feedback-policy.ts";
export type { LoadFigures } from "./figures.ts";
export { runScenario } from "./run-scenario.ts";
export { capacityEach, type Scenario } from "./scenario.ts";
export { overload, shapes } from "./shapes.ts";
export type { Moment, Timeline } from "./timeline.ts";
