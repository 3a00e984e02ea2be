// table: one row per error number, in the order of their names
/**
 * Why a guest's call was not done. Returned, never thrown; compared by identity. A personality
 * turns the name into its own contract's number.
 */
export class Errno {
  readonly name: string;
  readonly meaning: string;

  constructor(name: string, meaning: string) {
    this.name = name;
    this.meaning = meaning;
  }
}

/** The name of every error number, as host adapters and journals spell it. */
export type ErrnoName =
  | "E2BIG"
  | "EACCES"
  | "EAGAIN"
  | "EALREADY"
  | "EBADF"
  | "EBUSY"
  | "ECHILD"
  | "ECONNABORTED"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EDQUOT"
  | "EEXIST"
  | "EFAULT"
  | "EFBIG"
  | "EILSEQ"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "EMFILE"
  | "EMLINK"
  | "ENAMETOOLONG"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOSYS"
  | "ENOTCAPABLE"
  | "ENOTCONN"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "ENOTSOCK"
  | "ENOTSUP"
  | "ENXIO"
  | "EOVERFLOW"
  | "EPERM"
  | "EPIPE"
  | "ERANGE"
  | "EROFS"
  | "ESPIPE"
  | "ETIMEDOUT"
  | "ETXTBSY"
  | "EXDEV";

/** Every error number by name. */
export const errno: Readonly<Record<ErrnoName, Errno>> = {
  E2BIG: new Errno("E2BIG", "argument list too long"),
  EACCES: new Errno("EACCES", "permission denied"),
  EAGAIN: new Errno("EAGAIN", "would block"),
  EALREADY: new Errno("EALREADY", "was done already"),
  EBADF: new Errno("EBADF", "bad descriptor"),
  EBUSY: new Errno("EBUSY", "in use"),
  ECHILD: new Errno("ECHILD", "no such child"),
  ECONNABORTED: new Errno("ECONNABORTED", "connection aborted"),
  ECONNREFUSED: new Errno("ECONNREFUSED", "connection refused"),
  ECONNRESET: new Errno("ECONNRESET", "connection reset"),
  EDQUOT: new Errno("EDQUOT", "file-system bytes used up"),
  EEXIST: new Errno("EEXIST", "exists already"),
  EFAULT: new Errno("EFAULT", "bad address"),
  EFBIG: new Errno("EFBIG", "file too large"),
  EILSEQ: new Errno("EILSEQ", "not UTF-8"),
  EINTR: new Errno("EINTR", "interrupted"),
  EINVAL: new Errno("EINVAL", "invalid argument"),
  EIO: new Errno("EIO", "input/output error"),
  EISDIR: new Errno("EISDIR", "is a directory"),
  ELOOP: new Errno("ELOOP", "too many symbolic links"),
  EMFILE: new Errno("EMFILE", "descriptors used up"),
  EMLINK: new Errno("EMLINK", "too many links"),
  ENAMETOOLONG: new Errno("ENAMETOOLONG", "name too long"),
  ENOENT: new Errno("ENOENT", "no such file or directory"),
  ENOMEM: new Errno("ENOMEM", "out of memory"),
  ENOSPC: new Errno("ENOSPC", "no space left"),
  ENOSYS: new Errno("ENOSYS", "not supported by this platform"),
  ENOTCAPABLE: new Errno("ENOTCAPABLE", "not granted"),
  ENOTCONN: new Errno("ENOTCONN", "not connected"),
  ENOTDIR: new Errno("ENOTDIR", "not a directory"),
  ENOTEMPTY: new Errno("ENOTEMPTY", "directory not empty"),
  ENOTSOCK: new Errno("ENOTSOCK", "not a socket"),
  ENOTSUP: new Errno("ENOTSUP", "not supported"),
  ENXIO: new Errno("ENXIO", "no such device or address"),
  EOVERFLOW: new Errno("EOVERFLOW", "value too large"),
  EPERM: new Errno("EPERM", "not permitted"),
  EPIPE: new Errno("EPIPE", "nobody reads"),
  ERANGE: new Errno("ERANGE", "out of range"),
  EROFS: new Errno("EROFS", "read-only file system"),
  ESPIPE: new Errno("ESPIPE", "cannot seek"),
  ETIMEDOUT: new Errno("ETIMEDOUT", "timed out"),
  ETXTBSY: new Errno("ETXTBSY", "program is running"),
  EXDEV: new Errno("EXDEV", "across file systems"),
};

/** The singleton with this name, or EIO for a name that has none. */
export function errnoNamed(name: string): Errno {
  return Object.hasOwn(errno, name) ? errno[name as ErrnoName] : errno.EIO;
}
