// table: the contract's records, numbers and bounds, as guests/sdk/c/noos/process.h declares them
import type { EndSummary } from "#core/host";

/** How much one call takes. */
export const bounds: {
  readonly nameBytesMax: number;
  readonly textsMax: number;
  readonly requestBytesMax: number;
} = {
  /** Of a spec, and of a child among its siblings. */
  nameBytesMax: 100,
  /** Texts in one list of a request. */
  textsMax: 1024,
  /** All texts of a request together. */
  requestBytesMax: 64 * 1024,
};

/** A text is its address and its length in bytes; a list the address and number of its texts. */
export const textBytes = 8;

/** What a child is started by. */
export const requestRecord = {
  spec: 0,
  name: 8,
  args: 16,
  env: 24,
  uses: 32,
  limits: 40,
  bytes: 48,
} as const;

/** A notice; what the guest has room for behind it holds the start of a text, and a NUL. */
export const noticeRecord = {
  child: 0,
  grace: 8,
  kind: 16,
  isFailure: 20,
  how: 24,
  code: 28,
  text: 32,
} as const;

export const noticeKind = { ended: 1, asked: 2 } as const;

/** How a child ended. */
export const endKind: Readonly<Record<EndSummary["kind"], number>> = {
  exited: 0,
  killed: 1,
  trapped: 2,
  refused: 3,
  unacknowledged: 4,
  "gave-up": 5,
  ended: 6,
};

/** A flag of `next_exit`: EAGAIN where it would wait. */
export const noWait = 1;

/** A grace that is never over. */
export const graceForEver: bigint = 2n ** 64n - 1n;
