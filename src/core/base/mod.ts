/**
 * Language-level tools every other folder may use.
 *
 * Knows: nothing of processes, files or wasm; only bytes, queues, words and broken promises of
 * our own.
 * Must hold: no state outside the objects made here; everything is bounded by its caller.
 * Never imports: anything.
 * Start reading at `assert.ts`, then `byte-writer.ts` and `byte-reader.ts`, which every saved
 * format is written with.
 */
export { assert, Defect, unreachable } from "./assert.ts";
export { ByteQueue } from "./byte-queue.ts";
export { ByteReader, MalformedBytes } from "./byte-reader.ts";
export { ByteWriter } from "./byte-writer.ts";
export { Histogram, type HistogramView } from "./histogram.ts";
export { nearest } from "./nearest.ts";
export { printable } from "./printable.ts";
export { areSameBytes } from "./same-bytes.ts";
export { SeededRandom } from "./seeded-random.ts";
