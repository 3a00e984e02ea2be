/**
 * `noos rehearse`: what is wanted next answers what was asked of late, before anything is switched.
 *
 * Knows: how the new build is named and made ready, and what is said of a rehearsal.
 * Must hold: nothing is deployed; status 0 only where answers were compared and none differs.
 * Never imports: a deploy.
 * Start reading at `rehearse.ts`.
 */
export { rehearse } from "./rehearse.ts";
