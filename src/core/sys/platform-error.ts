import type { ErrorCode } from "./codes.ts";

/** A problem the operator can mend: says what was being done and to what, and the next step. */
export class PlatformError extends Error {
  override readonly name = "PlatformError";
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(
    message: string,
    options: { readonly code: ErrorCode; readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint;
  }
}
