/**
 * Streams of bytes and the waiting for them.
 *
 * Knows: wait queues, bounded buffers before an outside source or sink, pipes inside the kernel,
 * alarms. Nothing of processes: whoever waits is a `Waiter`.
 * Must hold: nothing here blocks or calls back into a guest; readiness is a state that can be
 * asked again (level-triggered), and a wake only says "ask again".
 * Never imports: the kernel, the file systems, a personality.
 * Start reading at `wait-queue.ts`.
 */
export { Alarm } from "./alarm.ts";
export { Capture } from "./capture.ts";
export { content, Feed } from "./feed.ts";
export { InputStream } from "./input-stream.ts";
export { OutputStream } from "./output-stream.ts";
export { Pipe } from "./pipe.ts";
export { Relay } from "./relay.ts";
export { WaitQueue, type Waiter } from "./wait-queue.ts";
