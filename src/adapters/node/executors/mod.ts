/**
 * Executors as OS processes of Node's, each with a channel to the daemon that started it.
 *
 * Knows: how an OS process is started with Node's permissions, and how messages reach it.
 * Must hold: an executor is told apart from what it says: its end is always told, once, last; it
 * gets no variable of the environment it does not need.
 * Never imports: what runs in an executor; its entry is given as an address.
 * Start reading at `executor-processes.ts`.
 */
export { executorProcesses, type ExecutorProcessOptions, type Lent } from "./executor-processes.ts";
