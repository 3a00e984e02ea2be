import type { Closing, Fields, Message, RequestHead, ResponseHead } from "#core/host/traffic";
import { anyNumber } from "./family-codec.ts";
import {
  bytes,
  fallible,
  flag,
  oneOf,
  optional,
  outcome,
  texts,
  type ValueCodec,
} from "./values.ts";
import type { Errno } from "#core/sys";

/** What entries of traffic hold; a port is one exchange, numbered as it came to be. */
export interface TrafficFields {
  /** A request comes; `isTaken` says that it was there when the process looked. */
  requested: {
    readonly port: number;
    readonly isTaken: boolean;
    readonly head: RequestHead;
    readonly hasBody: boolean;
    readonly isUpgrade: boolean;
  };
  /** No more requests will come. */
  drained: object;
  /** Whoever sent a request waits no more. */
  gone: { readonly port: number };
  /** A request is answered: with all there is, or (`undefined`) a body that is still to come. */
  responded: {
    readonly port: number;
    readonly head: ResponseHead;
    readonly body: Uint8Array | undefined;
  };
  /** A request becomes a WebSocket. */
  upgraded: { readonly port: number; readonly fields: Fields };
  /** An exchange is given up, or a request of its own is not waited for any more. */
  dropped: { readonly port: number };
  /** A message comes, or the end of a WebSocket. */
  received: { readonly port: number; readonly result: Message | Closing | Errno };
  /** A message leaves, and `pushed` says when it has; or the closing, of which nothing is said. */
  sent: { readonly port: number; readonly message: Message | Closing };
  /** The process makes a request. */
  calling: {
    readonly port: number;
    readonly head: RequestHead;
    readonly hasBody: boolean;
    readonly deadlineNs: number;
    readonly failed: Errno | undefined;
  };
  /** The head of the answer to it comes. */
  replied: { readonly port: number; readonly result: ResponseHead | Errno };
}

const scheme = oneOf<RequestHead["scheme"]>(["http", "https"]);

const requestHead: ValueCodec<RequestHead> = {
  write: (writer, head) => {
    writer.text(head.method);
    scheme.write(writer, head.scheme);
    writer.text(head.authority);
    writer.text(head.target);
    texts.write(writer, head.fields);
  },
  read: (reader) => ({
    method: reader.text(),
    scheme: scheme.read(reader),
    authority: reader.text(),
    target: reader.text(),
    fields: texts.read(reader),
  }),
};

const responseHead: ValueCodec<ResponseHead> = {
  write: (writer, head) => {
    writer.unsigned(head.status);
    texts.write(writer, head.fields);
  },
  read: (reader) => ({ status: reader.unsigned(), fields: texts.read(reader) }),
};

const messageKind = oneOf<Message["kind"] | Closing["kind"]>(["text", "binary", "closed"]);

const message: ValueCodec<Message | Closing> = {
  write: (writer, value) => {
    messageKind.write(writer, value.kind);
    if (value.kind !== "closed") return writer.bytes(value.bytes);
    writer.unsigned(value.code);
    writer.text(value.reason);
  },
  read: (reader) => {
    const kind = messageKind.read(reader);
    if (kind !== "closed") return { kind, bytes: bytes.read(reader) };
    return { kind, code: reader.unsigned(), reason: reader.text() };
  },
};

const arrived = fallible(message);
const reply = fallible(responseHead);
const body = optional(bytes);

const port: ValueCodec<{ readonly port: number }> = {
  write: (writer, value) => writer.unsigned(value.port),
  read: (reader) => ({ port: reader.unsigned() }),
};

/** How each of them is written. */
export const trafficCodecs: {
  readonly [K in keyof TrafficFields]: ValueCodec<TrafficFields[K]>;
} = {
  requested: {
    write: (writer, entry) => {
      port.write(writer, entry);
      flag.write(writer, entry.isTaken);
      requestHead.write(writer, entry.head);
      flag.write(writer, entry.hasBody);
      flag.write(writer, entry.isUpgrade);
    },
    read: (reader) => ({
      ...port.read(reader),
      isTaken: flag.read(reader),
      head: requestHead.read(reader),
      hasBody: flag.read(reader),
      isUpgrade: flag.read(reader),
    }),
  },
  drained: { write: () => undefined, read: () => ({}) },
  gone: port,
  responded: {
    write: (writer, entry) => {
      port.write(writer, entry);
      responseHead.write(writer, entry.head);
      body.write(writer, entry.body);
    },
    read: (reader) => ({
      ...port.read(reader),
      head: responseHead.read(reader),
      body: body.read(reader),
    }),
  },
  upgraded: {
    write: (writer, entry) => {
      port.write(writer, entry);
      texts.write(writer, entry.fields);
    },
    read: (reader) => ({ ...port.read(reader), fields: texts.read(reader) }),
  },
  dropped: port,
  received: {
    write: (writer, entry) => {
      port.write(writer, entry);
      arrived.write(writer, entry.result);
    },
    read: (reader) => ({ ...port.read(reader), result: arrived.read(reader) }),
  },
  sent: {
    write: (writer, entry) => {
      port.write(writer, entry);
      message.write(writer, entry.message);
    },
    read: (reader) => ({ ...port.read(reader), message: message.read(reader) }),
  },
  calling: {
    write: (writer, entry) => {
      port.write(writer, entry);
      requestHead.write(writer, entry.head);
      flag.write(writer, entry.hasBody);
      anyNumber.write(writer, entry.deadlineNs);
      outcome.write(writer, entry.failed);
    },
    read: (reader) => ({
      ...port.read(reader),
      head: requestHead.read(reader),
      hasBody: flag.read(reader),
      deadlineNs: anyNumber.read(reader),
      failed: outcome.read(reader),
    }),
  },
  replied: {
    write: (writer, entry) => {
      port.write(writer, entry);
      reply.write(writer, entry.result);
    },
    read: (reader) => ({ ...port.read(reader), result: reply.read(reader) }),
  },
};
