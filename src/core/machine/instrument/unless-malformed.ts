import { PlatformError } from "#core/sys";

/** What `read` answers, or undefined if the bytes it reads are not what they should be. */
export function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PlatformError && error.code === "WASM_MALFORMED") return undefined;
    throw error;
  }
}
