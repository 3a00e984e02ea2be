import { type GateBounds, gateBounds } from "#adapters/node/gate";
import type { WebSocketBounds } from "#adapters/node/web-socket";

const kib = 1024;
const mib = 1024 * kib;

/** What a front takes at most, of all clients together and of each. */
export interface FrontBounds extends GateBounds, WebSocketBounds {
  /** Of a request's line and fields. */
  readonly headBytesMax: number;
  readonly fieldsMax: number;
  /** Of a request's body. */
  readonly bodyBytesMax: number;
  /** Until a connection's first or next request has said all but its body. */
  readonly headMs: number;
  /** Until all of a request has come, its body too. */
  readonly requestMs: number;
  /** Until TLS has agreed on keys. */
  readonly handshakeMs: number;
  /** Between two requests of a connection. */
  readonly keepAliveMs: number;
  /** So much of a body that nobody wants is read, so that the answer can be. */
  readonly unreadBytesMax: number;
  readonly unreadMs: number;
  /** Requests on one connection of HTTP/2 at a time. */
  readonly streamsMax: number;
  /** Requests of HTTP/2 that a client may take back: at once, and each second from then on. */
  readonly resetsBurst: number;
  readonly resetsPerSecond: number;
}

export const frontBounds: FrontBounds = {
  ...gateBounds,
  headBytesMax: 16 * kib,
  fieldsMax: 128,
  bodyBytesMax: 100 * mib,
  headMs: 10_000,
  requestMs: 300_000,
  handshakeMs: 10_000,
  keepAliveMs: 60_000,
  stallMs: 30_000,
  unreadBytesMax: 256 * kib,
  unreadMs: 2000,
  streamsMax: 100,
  resetsBurst: 200,
  resetsPerSecond: 33,
  messageBytesMax: mib,
  pongMs: 30_000,
  closingMs: 5000,
};
