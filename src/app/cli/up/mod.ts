/**
 * `noos up`: the daemon in this OS process, from its options to its end.
 *
 * Knows: what the options mean, what a person is told, and which signals end it.
 * Must hold: it says that it is ready when it is, and not before; a second Ctrl-C ends it at once.
 * Never imports: how running things are shown.
 * Start reading at `up.ts`.
 */
export { listenToSignals, type Wish } from "./signals.ts";
export { up } from "./up.ts";
export { readWayIn } from "./ways-in.ts";
