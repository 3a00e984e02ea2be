import type { ByteSink, ByteSource, Turns } from "#core/host";
import type {
  Closing,
  Fields,
  IncomingRequest,
  Inlet,
  Message,
  MessageChannel,
  OutgoingRequest,
  Outlet,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import type { EntryOf } from "#core/journal/format";
import { requestLine } from "#core/journal/tell";
import { errno, type Errno } from "#core/sys";
import type { Arrival } from "./inputs.ts";
import type { WaitingLine } from "./waiting-line.ts";

/** The requests a process makes are compared like a stream; no other has this number. */
export const callsPort = -2;

const encoder = new TextEncoder();

/** What a stream of answers is called, for people. */
export function answerName({ head }: EntryOf<"requested">, count: number): string {
  return `answer ${count} (${head.method} ${head.target})`;
}

/** The head of an answer as a stream has it: a line for the status and for each field. */
export function answerLines({ status, fields }: ResponseHead): Uint8Array {
  return encoder.encode(`${status}\n${linesOf(fields)}\n`);
}

export function upgradeLines(fields: Fields): Uint8Array {
  return encoder.encode(`101\n${linesOf(fields)}\n`);
}

function linesOf(fields: Fields): string {
  let lines = "";
  for (let index = 0; index < fields.length; index += 2) {
    lines += `${fields[index]}: ${fields[index + 1]}\n`;
  }
  return lines;
}

/** A message, or the closing, as a stream of them has it. */
export function* messageLines(message: Message | Closing): IterableIterator<Uint8Array> {
  if (message.kind === "closed") {
    return yield encoder.encode(`closed ${message.code} ${message.reason}\n`);
  }
  yield encoder.encode(`${message.kind}: `);
  yield message.bytes;
  yield encoder.encode("\n");
}

/** A request that is made, as a line of the stream of them. */
export function callLine(head: RequestHead, hasBody: boolean): Uint8Array {
  return encoder.encode(`${requestLine(head)}${hasBody ? ", with a body" : ""}\n`);
}

export interface RehearsalTrafficOptions {
  readonly line: WaitingLine;
  readonly turns: Turns;
  readonly requested: Arrival<EntryOf<"requested">>[];
  readonly gone: ReadonlyMap<number, Arrival<undefined>[]>;
  readonly received: ReadonlyMap<number, Arrival<Message | Closing | Errno>[]>;
  readonly replied: ReadonlyMap<number, Arrival<ResponseHead | Errno>[]>;
  /** The requests that were made, in their order: each is answered as the one in its place was. */
  readonly calling: readonly EntryOf<"calling">[];
  readonly source: (port: number) => ByteSource;
  readonly sink: (port: number) => ByteSink;
  readonly write: (port: number, bytes: Uint8Array) => void;
  readonly missing: (what: string) => void;
}

/** Yesterday's requests, and yesterday's answers to those the process makes. */
export class RehearsalTraffic implements Inlet, Outlet {
  readonly #options: RehearsalTrafficOptions;
  #callCount = 0;

  constructor(options: RehearsalTrafficOptions) {
    this.#options = options;
  }

  next(answer: (request: IncomingRequest | "end") => void): void {
    const { line, requested } = this.#options;
    line.until(requested, (request) => answer(this.#request(request)));
    line.whenUsedUp(requested, () => answer("end"));
  }

  close(): void {}

  request(
    head: RequestHead,
    { hasBody }: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno {
    const { calling, missing, source, sink, write } = this.#options;
    write(callsPort, callLine(head, hasBody));
    const recorded = calling[this.#callCount++];
    if (recorded === undefined) {
      missing("more requests than were made when it was recorded");
      return errno.ECONNREFUSED;
    }
    const { port, failed } = recorded;
    if (failed !== undefined) return failed;
    return {
      body: hasBody ? sink(port) : undefined,
      response: source(port),
      whenAnswered: (answer) => this.#until(this.#options.replied, port, answer),
      cancel: () => undefined,
    };
  }

  #request({ port, head, hasBody, isUpgrade }: EntryOf<"requested">): IncomingRequest {
    const { source, sink, write, gone } = this.#options;
    return {
      head,
      isUpgrade,
      body: hasBody ? source(port) : undefined,
      respond: (answer, body) => {
        const stream = sink(port);
        write(port, answerLines(answer));
        stream.tryPush?.(body);
      },
      begin: (answer) => {
        const stream = sink(port);
        write(port, answerLines(answer));
        return stream;
      },
      accept: (fields) => {
        sink(port);
        write(port, upgradeLines(fields));
        return this.#channel(port);
      },
      abandon: () => undefined,
      whenGone: (callback) => this.#until(gone, port, callback),
    };
  }

  #channel(port: number): MessageChannel {
    const { received, turns, write } = this.#options;
    const send = (message: Message | Closing): void => {
      for (const piece of messageLines(message)) write(port, piece);
    };
    return {
      receive: (answer) => this.#until(received, port, answer),
      send: (message, answer) => {
        send(message);
        turns.next(() => answer(undefined));
      },
      close: (code, reason) => send({ kind: "closed", code, reason }),
    };
  }

  #until<T>(
    queues: ReadonlyMap<number, Arrival<T>[]>,
    port: number,
    answer: (value: T) => void,
  ): void {
    const queue = queues.get(port);
    if (queue !== undefined) this.#options.line.until(queue, answer);
  }
}
