/**
 * What is known of the crashes whose recordings are kept. It lies beside them and not in the store:
 * it may be lost with them, and no crash is to wait for a disk.
 */
export interface CrashShelf {
  /** What was kept, as it was kept; damaged or not, in no order. */
  list(): readonly string[];
  /** Best effort: answers whether it is kept. */
  keep(id: string, text: string): boolean;
  /** With its recording; one that is gone is no matter. */
  remove(id: string): void;
}
