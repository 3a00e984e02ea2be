/**
 * What all commands that ask a daemon have in common.
 *
 * Knows: how the daemon is found and its token, how operands are read, how a name that somebody
 * typed is found among what there is, and how lists are printed for programs.
 * Must hold: a name that is not found is answered with the one that was probably meant, as the
 * command to type; a name that means several is never taken for one of them.
 * Never imports: a command, the daemon itself.
 * Start reading at `connection.ts`, then `find-path.ts`.
 */
export { withDaemon } from "./connection.ts";
export type { Daemon } from "./daemon.ts";
export { expectApp } from "./find-app.ts";
export { findPath } from "./find-path.ts";
export { readOperands } from "./operands.ts";
export { jsonList, jsonValue } from "./print-json.ts";
export { readTokenFile } from "./token-file.ts";
