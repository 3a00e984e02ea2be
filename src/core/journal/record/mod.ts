/**
 * Recording: everything that comes into one process, in order, as it happens.
 *
 * Knows: how the ports of a process are wrapped so that each answer is written down, and when
 * entries become frames.
 * Must hold: the order of entries is the order of events; the process gets what it would get
 * without; when writing fails, the run goes on and the operator is told once.
 * Never imports: a personality, a file system, Node, the other sides of the journal.
 * Start reading at `journal-boundary.ts`, then `recording-ports.ts` and `recorder.ts`.
 */
export { JournalBoundary } from "./journal-boundary.ts";
export { Recorder, type RecorderOptions } from "./recorder.ts";
