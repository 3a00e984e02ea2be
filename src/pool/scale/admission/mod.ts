/**
 * Who may come in: how many calls of a spec are in flight, who waits, who is refused, and how often
 * a call is tried again.
 *
 * Knows: times of answers, places, lines, budgets; no request and no instance.
 * Must hold: a spec with nothing in flight refuses nobody; a limit never falls below one; a line is
 * bounded in length and time; shares never add up to more than there is.
 * Never imports: a clock, chance (a number comes in), a host.
 * Start reading at `admission.ts`, then `gradient-limiter.ts`.
 */
export { type Demand, fairShares } from "./fair-shares.ts";
export { GradientLimiter } from "./gradient-limiter.ts";
export { type LimitNumbers, limitNumbers } from "./limit-numbers.ts";
export { RetryBudget, type RetryNumbers, retryNumbers } from "./retry-budget.ts";
export {
  type LineNumbers,
  lineNumbers,
  type LineView,
  type Refused,
  type Verdict,
  Admission,
} from "./admission.ts";
