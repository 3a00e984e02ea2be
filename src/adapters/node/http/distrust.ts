import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HeadRefusal } from "#core/http";
import { endWith } from "#adapters/node/http/request";

/** The answer that a connection is at, by Node's own word for it. */
function answerOn(socket: Duplex): ServerResponse | undefined {
  const { _httpMessage } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null };
  return _httpMessage ?? undefined;
}

/** Of connections whose bytes cannot be told apart any more, the last request that is one. */
const lastRequests = new WeakMap<Duplex, IncomingMessage | "none">();

/** Nothing that comes on this connection behind `last` is a request. */
export function distrust(socket: Duplex, last: IncomingMessage | "none"): void {
  if (!lastRequests.has(socket)) lastRequests.set(socket, last);
}

/** Whether something was wrong on its connection before. */
export function isDistrusted(socket: Duplex): boolean {
  return lastRequests.has(socket);
}

/** Whether it is the last request of a connection that ends with its answer. */
export function isLast(request: IncomingMessage): boolean {
  return lastRequests.get(request.socket) === request;
}

/** Whether others before it on its connection are still to be answered. */
export function isBehindOthers(socket: Duplex): boolean {
  return answerOn(socket) !== undefined;
}

/**
 * Refuses what is no request, and ends its connection: behind the answers to requests that came
 * before and are whole. `own` is its place among the answers, if it has one.
 */
export function refuseBehind(socket: Duplex, refusal: HeadRefusal, own?: ServerResponse): void {
  distrust(socket, "none");
  // Whoever ended it lets what is on its way arrive.
  if (!socket.writable) return;
  const answer = answerOn(socket);
  if (answer === undefined || answer === own) return endWith(socket, refusal);
  if (answer.req.complete) {
    answer.once("close", () => refuseBehind(socket, refusal, own));
  } else if (answer.headersSent) {
    socket.destroy();
  } else {
    // It is the body of this one that is none.
    endWith(socket, refusal);
  }
}
