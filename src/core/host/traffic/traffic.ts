import type { Errno } from "#core/sys";
import type { ByteSink, ByteSource } from "#core/host";

/**
 * Header fields as they are sent: names, in lower case, and values by turns. HTTP gives values no
 * encoding, so in all texts of a head a character stands for one byte (as ISO 8859-1 has it). None
 * has a control character but the tab.
 */
export type Fields = readonly string[];

/** What a request says before its body. */
export interface RequestHead {
  readonly method: string;
  readonly scheme: "http" | "https";
  /** Whom it is for: a name, or a host with its port. */
  readonly authority: string;
  /** Path and query as they came, beginning with a slash; `*` of OPTIONS. */
  readonly target: string;
  readonly fields: Fields;
}

/** What a response says before its body. */
export interface ResponseHead {
  readonly status: number;
  readonly fields: Fields;
}

/** One message of a WebSocket: text (well-formed UTF-8) or bytes. */
export interface Message {
  readonly kind: "text" | "binary";
  readonly bytes: Uint8Array;
}

/** Why a WebSocket was closed, as RFC 6455 numbers it. */
export interface Closing {
  readonly kind: "closed";
  readonly code: number;
  readonly reason: string;
}

/** An open WebSocket: whole messages both ways. Pings are the host's. */
export interface MessageChannel {
  /** Asks for one message. One request at a time; answered once, in a later turn. */
  receive(answer: (result: Message | Closing | Errno) => void): void;
  /** Takes all of a message, whose bytes stay untouched until answered. One at a time. */
  send(message: Message, answer: (failed: Errno | undefined) => void): void;
  /** Sends the closing handshake; nothing is sent after it. */
  close(code: number, reason: string): void;
}

/**
 * A request that came for a process, and the way back to whoever sent it. It is answered once, by
 * `respond`, `begin`, `accept` or `abandon`.
 */
export interface IncomingRequest {
  readonly head: RequestHead;
  /** `undefined`: there is none. */
  readonly body: ByteSource | undefined;
  /** Whether it asks for a WebSocket. */
  readonly isUpgrade: boolean;
  /** Answers with all there is. The bytes are taken before it returns. */
  respond(head: ResponseHead, body: Uint8Array): void;
  /** Answers with a body that is still to come; closing the sink ends it. */
  begin(head: ResponseHead): ByteSink;
  /** Answers with a WebSocket. Expects `isUpgrade`. */
  accept(fields: Fields): MessageChannel;
  /** There is no answer, or no more of it: whoever waits learns that it failed. Harmless later. */
  abandon(why: string): void;
  /**
   * Calls back once, in a later turn, if whoever sent it goes away, or has gone, before the answer
   * is out. Asked for once.
   */
  whenGone(callback: () => void): void;
}

/** Requests for one process. */
export interface Inlet {
  /**
   * Asks for one request. One ask at a time; answered once, in a later turn. "end": no more will
   * come; the process finishes what it has, and is over.
   */
  next(answer: (request: IncomingRequest | "end") => void): void;
  /**
   * A request that waits already, so that one after the other can be taken without a turn between
   * them. Not during an ask. An inlet that cannot know has no such method.
   */
  take?(): IncomingRequest | undefined;
  /**
   * The process has ended: it takes no more, and what it asked for is not answered. What it has
   * not answered to the end is abandoned after this.
   */
  close(): void;
}

/** A request that a process made. */
export interface OutgoingRequest {
  /** The body of the request, which closing ends; `undefined` of one that was made without. */
  readonly body: ByteSink | undefined;
  /**
   * Calls back once, in a later turn, with the head of the response: ECONNREFUSED when nobody
   * takes it, ECONNRESET when whoever did is gone, ETIMEDOUT after its deadline, EAGAIN where
   * those it is for have too much to do.
   */
  whenAnswered(answer: (result: ResponseHead | Errno) => void): void;
  /** The body of the response. Expects that its head was answered. */
  readonly response: ByteSource;
  /** Nobody waits for it any more. Harmless later. */
  cancel(): void;
}

/** The way out for requests of one process, to names and hosts it was granted. */
export interface Outlet {
  /** The names of processes that it may hold connections to; none where that is left out. */
  readonly names?: readonly string[];
  /** Makes a request; ENOENT for a name or a host that was not granted. */
  request(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno;
}
