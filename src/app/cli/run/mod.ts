/**
 * The work of `noos run`: from a command line to a process, and from its end to an exit status.
 *
 * Knows: what the options mean, how FILE is read, which adapters stand behind a process of the
 * command line, what a person is told at the end. Nothing of how programs run.
 * Must hold: what the order does not name is not opened; what only some runs need is loaded by
 * those, for the start is measured; output has been delivered before the end is reported.
 * Never imports: another command.
 * Start reading at `run.ts`; `order.ts` is what the options become, `start.ts` what is done then.
 */
export { run } from "./run.ts";
