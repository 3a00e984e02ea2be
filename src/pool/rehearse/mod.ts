/**
 * Rehearsing a build: requests of late are made again of it aside, and its answers compared.
 *
 * Knows: how a request is watched on its way, which are kept, how a build is asked aside, where two
 * answers differ, and what of that is no doing of the new build. What a build is made of, and how
 * it is kept from having effects, is its caller's.
 * Must hold: what is kept is bounded, in memory alone, and whole; a request that is watched is
 * answered as it would be otherwise; a rehearsal has an end, and nothing of it outlives that.
 * Never imports: control, an adapter.
 * Start reading at `rehearsal.ts`, then `judge.ts`, and `recents.ts` for where requests come from.
 */
export type { KeptExchange } from "./exchange.ts";
export { Recents, RecentsBudget } from "./recents.ts";
export { Rehearsal, type RehearsedBuild } from "./rehearsal.ts";
