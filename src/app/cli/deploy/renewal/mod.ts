/**
 * How new builds of what serves take over, as far as `noos deploy` says it and waits for it.
 *
 * Knows: the options of a canary; when a new build has shown itself, or is not worth waiting for.
 * Must hold: whoever waits for a build that nobody calls is told so after a second.
 * Never imports: what a deploy does beside that.
 * Start reading at `await-renewals.ts`.
 */
export { awaitRenewals, type Renewing } from "./await-renewals.ts";
export { readCanary } from "./canary-options.ts";
