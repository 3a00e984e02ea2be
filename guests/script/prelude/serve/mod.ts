/**
 * A program at work: from an event of the driver to the program's handler, and its answer back.
 *
 * Knows: what a program exports, what its handlers are given, what becomes of errors.
 * Must hold: each request is answered, or given up, whatever the handler does; one that fails does
 * not touch others.
 * Never imports: the table of globals.
 * Start reading at `serve.ts`.
 */
export { onEvent, onRejection, onStart } from "./serve.ts";
