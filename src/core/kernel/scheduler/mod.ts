/**
 * Whose turn it is: which of the tasks that are ready runs next on this thread, and for how long.
 *
 * Knows: time slices, shares of a core, groups that share one place. Nothing of processes: what
 * runs is a `Task`.
 * Must hold: one task runs at a time; what is ready runs in the end; a task that is held to a share
 * gets no more; the host's event loop has its turn every few milliseconds.
 * Never imports: anything but base and the ports.
 * Start reading at `scheduler.ts`.
 */
export { Account, Scheduler, type Task, TaskState } from "./scheduler.ts";
