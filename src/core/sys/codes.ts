// table: one row per code of an operator's problem
/** Every code a `PlatformError` may carry; each has an entry in docs/manual/errors.md. */
export const errorCodes = [
  "USAGE",
  "FILE_NOT_FOUND",
  "FILE_NOT_READABLE",
  "FILE_NOT_WRITABLE",
  "OUTPUT_FAILED",
  "IMAGE_TOO_LARGE",
  "IMAGE_MALFORMED",
  "WASM_MALFORMED",
  "WASM_UNSUPPORTED",
  "WASM_INVALID",
  "IMPORT_MISSING",
  "ENTRY_MISSING",
  "LIMIT_OUT_OF_RANGE",
  "MEMORY_OVER_LIMIT",
  "TABLE_OVER_LIMIT",
  "PROCESSES_OVER_LIMIT",
  "GRANT_INVALID",
  "LISTEN_FAILED",
  "CONNECT_FAILED",
  "MANIFEST_INVALID",
  "RECORDING_MALFORMED",
  "RECORDING_VERSION",
  "RECORDING_INCOMPLETE",
  "RECORDING_FAILED",
  "SPEC_INVALID",
  "CHILD_UNKNOWN",
  "CHILD_EXISTS",
  "CHILD_NOT_DECLARED",
] as const;

export type ErrorCode = (typeof errorCodes)[number];
