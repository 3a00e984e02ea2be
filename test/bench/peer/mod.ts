/**
 * Servers that others have made, to be measured beside ours in the same run.
 *
 * Knows: how each is had and started on this machine, on a port of loopback.
 * Must hold: a peer that cannot be had throws and says why; each is an OS process of its own, which
 * whoever started it ends.
 * Never imports: a bench.
 * Start reading at `workerd.ts`.
 */
export { buildInetd, startInetd } from "./inetd.ts";
export type { Peer } from "./peer.ts";
export { startBare } from "./bare.ts";
export { startWorkerd } from "./workerd.ts";
