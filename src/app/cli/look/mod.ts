/**
 * Commands that look at a daemon and change nothing: ps, top, events, output, status, why,
 * crashes.
 *
 * Knows: what each asks for, how live ones go on and end, and what is JSON for programs.
 * Must hold: a terminal is left as it was, however a live command ends; colours and cut lines are
 * for terminals only; only a process's own output is printed as it is.
 * Never imports: a command that changes something.
 * Start reading at `ps.ts`, then `top.ts`.
 */
export { crashes } from "./crashes.ts";
export { events } from "./events.ts";
export { output } from "./output.ts";
export { ps } from "./ps.ts";
export { status } from "./status.ts";
export { top } from "./top.ts";
export { why } from "./why.ts";
