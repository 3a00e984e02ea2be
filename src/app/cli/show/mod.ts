/**
 * How what runs is shown: trees, loads, events, the daemon's state, crashes, as text in columns.
 *
 * Knows: columns and their widths, colours, units of times and sizes. Nothing of where what is
 * shown comes from, nor of terminals.
 * Must hold: what a process or a daemon says is shown so that no terminal obeys it; lines are cut
 * only to the screen they are for; 10,000 lines take a few hundredths of a second.
 * Never imports: anything that asks a daemon.
 * Start reading at `table.ts`, then `process-tree.ts`.
 */
export { formatCrashes } from "./crash-table.ts";
export { eventLine } from "./event-line.ts";
export { formatFindings } from "./finding-table.ts";
export { formatMessages, formatQueue, formatQueues } from "./queue-table.ts";
export { formatTree } from "./process-tree.ts";
export { formatRehearsal } from "./rehearsal-table.ts";
export { formatStatus } from "./status-text.ts";
export type { Screen } from "./table.ts";
export { loadsBetween, topFrame, type TopScreen } from "./top-frame.ts";
