import {
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import { type HeadRefusal, type RawHead, readHead } from "#core/http";
import { UnsentRoom } from "#adapters/node/body";
import type { Link } from "#adapters/node/gate";
import { type FrontBounds, Http2Request, refuseStream } from "#adapters/node/http/request";
import type { Hearing } from "./http1.ts";

/** HTTP/2 over connections on which TLS has agreed on it. */
export class Http2 {
  readonly #hearing: Hearing;
  readonly #options: Parameters<typeof performServerHandshake>[1];
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
    this.#options = sessionOptions(hearing.serving.bounds);
  }

  serve(socket: TLSSocket, link: Link): void {
    const session = performServerHandshake(socket, this.#options);
    this.#sessions.add(session);
    session.once("close", () => {
      this.#sessions.delete(session);
      this.#giveUpLater(socket);
    });
    // A connection that breaks the protocol is told so by its own end; it is nobody's answer.
    session.on("error", () => session.destroy());
    // Without a word for so long. A stream that waits for its client counts its own time.
    session.setTimeout(this.#hearing.serving.bounds.keepAliveMs, () => {
      this.#askWhetherThere(session, socket);
      session.close();
    });
    const room = new UnsentRoom();
    session.on("stream", (stream, _headers, _flags, raw: readonly string[]) => {
      this.#heard({ stream, room }, link, raw);
    });
  }

  /** Takes no new requests on connections that are open. */
  closeIdle(): void {
    for (const session of this.#sessions) session.close();
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
  }

  /** Who answers no ping takes nothing either, and what is to be sent would be kept for ever. */
  #askWhetherThere(session: ServerHttp2Session, socket: TLSSocket): void {
    const keep = this.#giveUpLater(socket);
    session.ping((error) => {
      if (error === null) keep();
    });
  }

  /** Ends a connection in a while, whatever is on its way; unless what this answers is called. */
  #giveUpLater(socket: TLSSocket): () => void {
    const late = setTimeout(() => socket.destroy(), this.#hearing.serving.bounds.stallMs).unref();
    const keep = (): void => {
      clearTimeout(late);
      socket.off("close", keep);
    };
    socket.once("close", keep);
    return keep;
  }

  #heard(
    on: { readonly stream: ServerHttp2Stream; readonly room: UnsentRoom },
    link: Link,
    rawHeaders: readonly string[],
  ): void {
    const { stream } = on;
    // A client that takes its request back is told to whoever asked for that.
    stream.on("error", () => undefined);
    const { serving, ids } = this.#hearing;
    const { headBytesMax, fieldsMax } = serving.bounds;
    const raw = rawHead(rawHeaders, link);
    if (listBytes(rawHeaders) > headBytesMax || raw.fields.length > 2 * fieldsMax) {
      return refuseStream(stream, tooLarge);
    }
    const read = readHead(raw, { names: serving.names, ids, peer: link.peer });
    if ("why" in read) return refuseStream(stream, read);
    // Where there is no content-length, what ended with its head has no body.
    const bodyBytes = stream.endAfterHeaders ? 0 : declaredBytes(raw);
    const request = new Http2Request(serving, { ...read, bodyBytes }, on);
    const { bodyBytesMax } = serving.bounds;
    if ((bodyBytes ?? 0) <= bodyBytesMax) this.#hearing.arrived(request);
    else request.refuse({ status: 413, why: `a body may have ${bodyBytesMax} bytes` });
  }
}

const tooLarge: HeadRefusal = { status: 431, why: "the fields of the request are too large" };

/** What a field takes beside its name and its value, as RFC 9113 counts (6.5.2). */
const fieldBytes = 32;

/** Node tells a client of this bound, and holds it to its own. */
function listBytes(rawHeaders: readonly string[]): number {
  let bytes = (fieldBytes * rawHeaders.length) / 2;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}

/** What names begin with a colon comes first, and Node lets each of them come once only. */
function rawHead(rawHeaders: readonly string[], link: Link): RawHead {
  const named = new Map<string, string>();
  let at = 0;
  for (; rawHeaders[at]?.startsWith(":") === true; at += 2) {
    named.set(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  }
  return {
    version: "2",
    method: named.get(":method") ?? "",
    scheme: link.scheme,
    target: named.get(":path") ?? "",
    authority: named.get(":authority"),
    fields: rawHeaders.slice(at),
  };
}

function declaredBytes({ fields }: RawHead): number | undefined {
  const at = fields.indexOf("content-length");
  return at < 0 ? undefined : Number(fields[at + 1]);
}

function sessionOptions(bounds: FrontBounds): Parameters<typeof performServerHandshake>[1] {
  return {
    settings: {
      maxConcurrentStreams: bounds.streamsMax,
      maxHeaderListSize: bounds.headBytesMax,
      initialWindowSize: 64 * 1024,
      enablePush: false,
    },
    // Who sends more than fit into a head is not answered, but reset.
    maxHeaderListPairs: bounds.headBytesMax / fieldBytes,
    maxOutstandingPings: 10,
    maxSettings: 32,
    // Megabytes of the engine's own for one connection.
    maxSessionMemory: 10,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    streamResetBurst: bounds.resetsBurst,
    streamResetRate: bounds.resetsPerSecond,
    unknownProtocolTimeout: bounds.handshakeMs,
    // Else Node throws at whoever answers with a field twice that is to be there once.
    strictSingleValueFields: false,
  } as Parameters<typeof performServerHandshake>[1];
}
