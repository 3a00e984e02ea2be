/**
 * Whether a new build answers worse than the one before, by a margin and with enough calls to say.
 *
 * Knows: what two builds did with their calls, as counts; what difference is more than chance.
 * Must hold: pure; the same counts give the same verdict; what too few calls say is not said; each
 * verdict comes with the figures that it was made of.
 * Never imports: what moves traffic (pool/rollout), a clock.
 * Start reading at `judge-trial.ts`.
 */
export { type CallCounts, judgeTrial, type TrialVerdict } from "./judge-trial.ts";
