/**
 * Collections that the language has not.
 *
 * Knows: nothing of what they hold.
 * Must hold: nothing is kept that was taken out, not even by what is out itself.
 * Never imports: anything but `#core/base`.
 * Start reading at `linked-list.ts`, which says why a `Set` is not always good enough.
 */
export { Heap } from "./heap.ts";
export { type Link, LinkedList } from "./linked-list.ts";
export { NumberTable } from "./number-table.ts";
export { Recent } from "./recent.ts";
