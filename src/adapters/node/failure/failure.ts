import { errno, type Errno, errnoNamed } from "#core/sys";

/** What Node and its resolver say beside the names of the system's own error numbers. */
const otherNames: Readonly<Record<string, Errno>> = {
  // The whole system's descriptors are used up, and not only this OS process's.
  ENFILE: errno.EMFILE,
  EADDRNOTAVAIL: errno.ENXIO,
  EHOSTUNREACH: errno.ENXIO,
  ENETUNREACH: errno.ENXIO,
  ENETDOWN: errno.ENXIO,
  EHOSTDOWN: errno.ENXIO,
  EAFNOSUPPORT: errno.ENOTSUP,
  EOPNOTSUPP: errno.ENOTSUP,
  EDESTADDRREQ: errno.ENOTCONN,
  ESHUTDOWN: errno.EPIPE,
  ENODEV: errno.ENXIO,
  ENOBUFS: errno.ENOMEM,
  EWOULDBLOCK: errno.EAGAIN,
  // The file was there, and is no more: what a network's file system says of one removed elsewhere.
  ESTALE: errno.ENOENT,
  ENOTFOUND: errno.ENXIO,
  ENODATA: errno.ENXIO,
  EAI_AGAIN: errno.EAGAIN,
  // Node was started with permissions, and without this one.
  ERR_ACCESS_DENIED: errno.EACCES,
  ERR_FS_FILE_TOO_LARGE: errno.EFBIG,
  ERR_SOCKET_CLOSED: errno.EPIPE,
  ERR_STREAM_PREMATURE_CLOSE: errno.EPIPE,
  ERR_STREAM_DESTROYED: errno.EPIPE,
  ERR_STREAM_WRITE_AFTER_END: errno.EPIPE,
};

/** The error number of what Node threw or reported; what is no such thing goes on flying. */
export function errnoOf(error: unknown): Errno {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return otherNames[code] ?? errnoNamed(code);
}

/** To break a stream off with: whoever writes to it learns that nobody reads any more. */
export function brokenOff(why: string): Error {
  return Object.assign(new Error(why), { code: "EPIPE" });
}

/** The name a failure has in Node or in the system, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Several addresses of one name were tried in vain: the first failure speaks for all.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "code" in error ? String(error.code) : undefined;
}
