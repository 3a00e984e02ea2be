/**
 * `noos queue`: durable queues, looked at and changed by hand.
 *
 * Knows: what may be done with a queue, what each deed needs to be told, and what a person is told
 * when it is done.
 * Must hold: nothing is removed or sent on a guess: a name means one queue, or is refused; what a
 * message says is shown so that no terminal obeys it.
 * Never imports: the daemon itself.
 * Start reading at `queue.ts`.
 */
export { queue } from "./queue.ts";
