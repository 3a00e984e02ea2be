/**
 * The smallest pieces of WebAssembly's binary format: numbers, names, value types.
 *
 * Knows: how numbers are written, which types V8 14.6 accepts without flags, and how to say that
 * bytes are malformed or use what we do not know.
 * Must hold: a reader stays within its bounds, whatever the bytes say, or throws a `PlatformError`
 * that names what is wrong and where.
 * Never imports: anything but sys.
 * Start reading at `reader.ts`.
 */
export { hex, malformed, unsupported } from "./errors.ts";
export { moduleLimits } from "./module-limits.ts";
export { WasmReader } from "./reader.ts";
export {
  readHeapType,
  readStorageType,
  readTableElementType,
  readValueType,
  skipBlockType,
} from "./value-types.ts";
export { WasmWriter } from "./writer.ts";
