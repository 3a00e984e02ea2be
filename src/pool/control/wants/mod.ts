/**
 * What is wanted of a running app, and which builds its processes serve by.
 *
 * Knows: specs, limits and builds by the names of processes; what executors told of new builds, and
 * so by which one a spec goes on when what is wanted of it was reverted.
 * Must hold: what was reverted is kept as such, if that can be, before the next step; what an
 * executor says of a build that another has followed changes nothing.
 * Never imports: a tree, an executor.
 * Start reading at `wants.ts`, then `renewals.ts`.
 */
export { Renewals } from "./renewals.ts";
export { type Wanted, Wants } from "./wants.ts";
