/**
 * What a rehearsal is asked with: which build is meant, and why there is no answer.
 *
 * Knows: how an image or an app that would be deployed becomes the build of one process, and
 * what of an executor's answer is told.
 * Must hold: nothing that is wanted changes; what is asked is refused with the next step.
 * Never imports: what runs.
 * Start reading at `rehearsed-build.ts`.
 */
export { beyondReach, notServing } from "./refusals.ts";
export { reportOf } from "./report-of.ts";
export { rehearsedBuild } from "./rehearsed-build.ts";
