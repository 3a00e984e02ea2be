import { type ErrorCode, PlatformError } from "#core/sys";

/** A refusal that HTTP has a better status or a header for than its code alone. */
export class RequestRefusal extends PlatformError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    message: string,
    options: {
      readonly status: number;
      readonly hint: string;
      readonly code?: ErrorCode;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(message, { code: options.code ?? "REQUEST_INVALID", hint: options.hint });
    this.status = options.status;
    this.headers = options.headers ?? {};
  }
}

/** Whoever asked is gone: there is nobody to answer. */
export class AskerGone extends Error {
  override readonly name = "AskerGone";
}
