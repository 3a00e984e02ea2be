/**
 * Processes that serve on several executors: each has a share of them, and together they are one.
 *
 * Knows: how many shares a process is to have, what each may take of its bounds, which of them
 * tries a new build first, what all of them did together. Nothing of apps or trees.
 * Must hold: who asks sees one process with one life, however many shares come and go; it ends
 * with its last share, and with no other; shares together have the bounds that were ordered.
 * Never imports: adapters, what is wanted.
 * Start reading at `spread.ts`, then `shared-process.ts`.
 */
export { Spread } from "./spread.ts";
export type { SharePlace } from "./shared-process.ts";
