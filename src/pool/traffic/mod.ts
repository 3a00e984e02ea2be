/**
 * What came to a process that serves, and what became of it, as plain data; and which requests a
 * process made that its `uses` do not list.
 *
 * Knows: what is counted of requests, for what reasons one is refused, how the counts of several
 * processes are added up; not who counts, nor who is told.
 * Must hold: plain data, which goes from an executor to its daemon and on to whoever asks; counts
 * only grow, what is of the moment is gone with the process.
 * Never imports: anything but core/base.
 * Start reading at `traffic.ts`; `unlisted.ts` is the other way, out of a process.
 */
export {
  addTraffic,
  type ColdSeconds,
  noTraffic,
  type RefusalReason,
  type Traffic,
} from "./traffic.ts";
export {
  addUnlisted,
  otherCallees,
  unlistedCalleesMax,
  type UnlistedCall,
  type UnlistedOutcome,
  UnlistedTally,
} from "./unlisted.ts";
