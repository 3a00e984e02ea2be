// table: the contract's records, numbers and bounds, as guests/sdk/c/noos/http.h declares them
import { type EventKind, eventKinds } from "#core/exchange";
import type { Message } from "#core/host/traffic";

/** How much one call takes. */
export const bounds: {
  readonly headBytesMax: number;
  readonly messageBytesMax: number;
  readonly reasonBytesMax: number;
} = {
  /** Of a head that the program makes. */
  headBytesMax: 64 * 1024,
  /** Of a message it sends. */
  messageBytesMax: 1024 * 1024,
  /** Of the reason a WebSocket is closed for, as RFC 6455 bounds it. */
  reasonBytesMax: 123,
};

/** A flag of `respond` and of `request`: the body is still to come, by `write`. */
export const more = 1;
/** A flag of `respond`: the exchange is closed with a whole answer. */
export const close = 2;

/** What an event is, by number. */
export function eventNumber(kind: EventKind): number {
  return eventKinds.indexOf(kind) + 1;
}

/** What `receive` tells: what came, how many bytes, and the code of a closing. */
export const receivedRecord = { kind: 0, length: 4, code: 8, bytes: 12 } as const;

export const messageKind: Readonly<Record<Message["kind"] | "closed", number>> = {
  text: 1,
  binary: 2,
  closed: 3,
};

/** A deadline that never comes. */
export const forEver: bigint = 2n ** 64n - 1n;
