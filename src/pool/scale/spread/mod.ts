/**
 * On how many executors one process serves, by how busy it keeps those that it is on.
 *
 * Knows: what an executor says of its load and when it is worth saying, and the decision that
 * follows. Nothing of who starts what where.
 * Must hold: pure, the time is given; few busy moments have no effect, and it goes back far more
 * slowly than it grows; what nobody computes costs nothing.
 * Never imports: executors, endpoints.
 * Start reading at `spread-scaler.ts`, then `load-watch.ts`.
 */
export { type LoadMember, type LoadReport, LoadWatch } from "./load-watch.ts";
export { SpreadScaler, type SpreadSight } from "./spread-scaler.ts";
