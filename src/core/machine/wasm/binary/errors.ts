import { PlatformError } from "#core/sys";

/** The bytes break the binary format: what is wrong, and the offset where it was seen. */
export function malformed(what: string, at: number): PlatformError {
  return new PlatformError(`cannot read the module: ${what}, at byte ${at} (${hex(at)})`, {
    code: "WASM_MALFORMED",
    hint: "build or fetch the program again, the file may be cut short or damaged",
  });
}

/** The bytes are well formed as far as we can tell, but use what this build does not know. */
export function unsupported(what: string, at: number): PlatformError {
  return new PlatformError(`cannot run the module: ${what}, at byte ${at} (${hex(at)})`, {
    code: "WASM_UNSUPPORTED",
    hint: "build the program without that feature",
  });
}

/** `0x1f`, for messages. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
