/**
 * The streams an OS process is started with, as sources and sinks.
 *
 * Knows: what kinds of thing a descriptor may stand for (file, pipe, terminal, socket) and how
 * each is read and written without stopping the event loop.
 * Must hold: a description shared with other OS processes keeps its flags, where the system lets
 * us open our own; nothing is read that nobody asked for, beyond one buffer; a request that
 * cannot be answered does not keep the OS process from ending.
 * Never imports: streams or sockets of Node at load time: they take 3 ms, and most runs need none.
 * Start reading at `descriptor.ts`.
 */
export { fileDescriptorSink } from "./descriptor-sink.ts";
export { fileDescriptorSource, stdinSource } from "./descriptor-source.ts";
export { serveSink, threadSink } from "./thread-sink.ts";
