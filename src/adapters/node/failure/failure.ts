import { errno, type Errno, errnoNamed } from "#core/sys";

/** What Node and its resolver say beside the names of the system's own error numbers. */
const otherNames: Readonly<Record<string, Errno>> = {
  EADDRNOTAVAIL: errno.ENXIO,
  EHOSTUNREACH: errno.ENXIO,
  ENETUNREACH: errno.ENXIO,
  ENOTFOUND: errno.ENXIO,
  EAI_AGAIN: errno.EAGAIN,
  ERR_STREAM_DESTROYED: errno.EPIPE,
  ERR_STREAM_WRITE_AFTER_END: errno.EPIPE,
};

/** The error number of what Node threw or reported; what is no such thing goes on flying. */
export function errnoOf(error: unknown): Errno {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return otherNames[code] ?? errnoNamed(code);
}

/** The name a failure has in Node or in the system, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Several addresses of one name were tried in vain: the first failure speaks for all.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "code" in error ? String(error.code) : undefined;
}
