// table: the contract's number of each error
import type { Errno, ErrnoName } from "#core/sys";

const numbers: Readonly<Record<ErrnoName, number>> = {
  E2BIG: 1,
  EACCES: 2,
  EAGAIN: 6,
  EALREADY: 7,
  EBADF: 8,
  EBUSY: 10,
  ECHILD: 12,
  ECONNABORTED: 13,
  ECONNREFUSED: 14,
  ECONNRESET: 15,
  EDQUOT: 19,
  EEXIST: 20,
  EFAULT: 21,
  EFBIG: 22,
  EILSEQ: 25,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  EMLINK: 34,
  ENAMETOOLONG: 37,
  ENOENT: 44,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTCONN: 53,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTSOCK: 57,
  ENOTSUP: 58,
  ENXIO: 60,
  EOVERFLOW: 61,
  EPERM: 63,
  EPIPE: 64,
  ERANGE: 68,
  EROFS: 69,
  ESPIPE: 70,
  ETIMEDOUT: 73,
  ETXTBSY: 74,
  EXDEV: 75,
  ENOTCAPABLE: 76,
};

/** What a call answers: 0 for success, else the contract's number of the error. */
export function answerOf(answer: Errno | undefined): number {
  return answer === undefined ? 0 : numbers[answer.name as ErrnoName];
}

/** The name behind a call's answer, for people: `0` is `ok`. */
export function answerName(number: number): string {
  if (number === 0) return "ok";
  for (const [name, value] of Object.entries(numbers)) if (value === number) return name;
  return `errno ${number}`;
}
