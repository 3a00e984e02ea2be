// table: one row per errno of WASI preview 1 that calls of noos:http answer
/** Code and reason, by errno. */
const reasons: Readonly<Record<number, readonly [code: string, why: string]>> = {
  2: ["EACCES", "it is not allowed"],
  6: ["EAGAIN", "it has too much to do, or its name cannot be looked up just now"],
  13: ["ECONNABORTED", "it was broken off"],
  14: ["ECONNREFUSED", "it was refused: nobody takes it there"],
  15: ["ECONNRESET", "the other side is gone"],
  28: ["EINVAL", "it is not well formed"],
  29: ["EIO", "the connection failed, or what came is not HTTP"],
  33: ["EMFILE", "the process holds as many exchanges as its limit `exchanges` allows"],
  44: ["ENOENT", "it was not granted: `uses: { call: … }` in the manifest does not list it"],
  60: ["ENXIO", "it was not found: there is no such host, or no way to it"],
  64: ["EPIPE", "nobody takes it any more"],
  73: ["ETIMEDOUT", "it timed out"],
};

/** An answer of the driver that is an error, as the web words it. */
export class NetworkError extends TypeError {
  /** As Node and systems call it: `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(deed: string, failed: number) {
    const [code, why] = reasons[-failed] ?? [undefined, `errno ${-failed}`];
    super(`${deed} failed: ${why}`);
    this.code = code;
  }
}
