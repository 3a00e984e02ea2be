/**
 * Streams of the web, and those that code text and compressed bytes.
 *
 * Knows: which packages they come from: web-streams-polyfill, fflate.
 * Must hold: nothing asks for time or chance. Never imports: messages, events.
 */
export {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from "web-streams-polyfill";
export { concatenate, viewOf } from "./bytes.ts";
export { CompressionStream, DecompressionStream } from "./compression.ts";
export { TextDecoderStream, TextEncoderStream } from "./text-streams.ts";
