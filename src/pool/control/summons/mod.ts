/**
 * What summons processes without a request from anybody: messages of queues, runs of schedules.
 *
 * Knows: which queues an app has and who consumes them, how many messages each of these has, when
 * what is due; what a message and a run look like as requests. Not how they come to an instance.
 * Must hold: a message is acknowledged when an instance answered it well, and comes again when it
 * did not; nobody has more than it has room for; what an executor had that is lost comes again; a
 * run is kept as begun before it begins; all that reads a log fails alone, and is tried again.
 * Never imports: adapters, a tree.
 * Start reading at `summoner.ts`, then `tended-queue.ts` and `schedules.ts`.
 */
export { outgoingOf } from "./posts.ts";
export type { Queues } from "./queues.ts";
export { Summoner, type SummonerPorts, type Worker } from "./summoner.ts";
