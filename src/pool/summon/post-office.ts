import type { IncomingRequest, ResponseHead } from "#core/host/traffic";
import { errno, Errno } from "#core/sys";
import type { Post, PostAnswer } from "#pool/host/summons";
import { joined } from "./joined.ts";

/** A message has at most so much in any queue. */
const postBytesMax = 1024 ** 2;
/** Of all that are on their way. */
const heldBytesMax = 32 * postBytesMax;
const pieceBytesMax = 64 * 1024;

/** A request of a process that nobody serves here. */
export interface Call {
  readonly incoming: IncomingRequest;
  /** There is nobody of that name. */
  refuse(why: Errno): void;
}

interface Waiting {
  readonly call: Call;
  readonly sizeBytes: number;
}

const encoder = new TextEncoder();

/** Takes messages that processes send to where queues are, and brings back what is answered. */
export class PostOffice {
  readonly #send: (request: number, post: Post) => void;
  readonly #waiting = new Map<number, Waiting>();
  #heldBytes = 0;
  #lastRequest = 0;

  constructor(send: (request: number, post: Post) => void) {
    this.#send = send;
  }

  /** `fields` are those of the sender, with who that is. */
  take(call: Call, { queue, fields }: Pick<Post, "queue" | "fields">): void {
    const { head, body } = call.incoming;
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    const send = (): void => {
      this.#lastRequest += 1;
      this.#waiting.set(this.#lastRequest, { call, sizeBytes });
      const post = { queue, method: head.method, fields, body: joined(pieces, sizeBytes) };
      this.#send(this.#lastRequest, post);
    };
    if (body === undefined) return send();
    const stop = (deed: () => void): void => {
      this.#heldBytes -= sizeBytes;
      body.close();
      deed();
    };
    const pull = (): void =>
      body.pull(pieceBytesMax, (piece) => {
        if (piece === "end") return send();
        if (piece instanceof Errno) return stop(() => undefined);
        // Bytes may be used again by whoever gave them.
        pieces.push(piece.slice());
        sizeBytes += piece.length;
        this.#heldBytes += piece.length;
        if (sizeBytes > postBytesMax) return stop(() => respond(call, tooLarge));
        if (this.#heldBytes > heldBytesMax) return stop(() => respond(call, tooMuch));
        pull();
      });
    pull();
  }

  /** A message was kept or refused; `undefined`: there is no such queue. */
  answered(request: number, answer: PostAnswer | undefined): void {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return;
    this.#waiting.delete(request);
    this.#heldBytes -= waiting.sizeBytes;
    if (answer === undefined) waiting.call.refuse(errno.ECONNREFUSED);
    else respond(waiting.call, answer);
  }
}

const tooLarge: PostAnswer = { status: 413, fields: [], text: "a message has at most 1 MiB" };
const tooMuch: PostAnswer = {
  status: 503,
  fields: ["retry-after", "1"],
  text: "too many messages are on their way",
};

function respond({ incoming }: Call, { status, fields, text }: PostAnswer): void {
  const body = encoder.encode(text === "" ? "" : `${text}\n`);
  const head: ResponseHead = {
    status,
    fields: [
      ...fields,
      ...(text === "" ? [] : ["content-type", "text/plain; charset=utf-8"]),
      "content-length",
      `${body.length}`,
    ],
  };
  incoming.respond(head, body);
}
