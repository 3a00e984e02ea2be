import type { Duplex } from "node:stream";
import type { Connection } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { describePeer, FieldNames } from "#core/http";
import { ConnectionStream } from "#adapters/node/body";
import { WebSockets } from "#adapters/node/web-socket";
import type { Link } from "#adapters/node/gate";
import { type FrontBounds, frontBounds } from "#adapters/node/http/request";
import { Http1 } from "./http1.ts";
import { RandomIds } from "./ids.ts";

const never = 0;
const patientMs = 300_000;

/**
 * A process that holds a connection says something when it has something to say: what it holds is
 * bounded by its own limits, and by those of whom it asks.
 */
const streamBounds: FrontBounds = {
  ...frontBounds,
  headMs: never,
  requestMs: never,
  keepAliveMs: never,
  stallMs: patientMs,
};

/** Whose a connection is, and who is told what of it. */
export interface HeardBy {
  /** The process that made it, which nobody else can say it is. */
  readonly caller: string;
  readonly arrived: (request: IncomingRequest) => void;
  /** It is gone. */
  readonly closed: () => void;
}

/** Whose a connection is, and who gets the requests that come by it. */
interface Line {
  readonly link: Link;
  readonly arrived: (request: IncomingRequest) => void;
}

/** Makes requests of what processes write to connections of ours. */
export class StreamFront {
  readonly #http1: Http1;
  readonly #lines = new WeakMap<Duplex, Line>();

  constructor() {
    const names = new FieldNames();
    const arrived = (request: IncomingRequest, socket?: Duplex): void => {
      const line = socket && this.#lines.get(socket);
      if (line === undefined) request.abandon("its connection is nobody's");
      else line.arrived(request);
    };
    const serving = {
      bounds: streamBounds,
      names,
      isClosing: false,
      isHalfOpen: true,
      failed: () => undefined,
    };
    const webSockets = new WebSockets(names, streamBounds);
    const linkOf = (socket: Duplex): Link => this.#lines.get(socket)?.link ?? nobody;
    this.#http1 = new Http1({ serving, ids: new RandomIds(), arrived }, webSockets, linkOf);
  }

  /** Hears a connection; answers what ends it. */
  serve(connection: Connection, { caller, arrived, closed }: HeardBy): () => void {
    const stream = new ConnectionStream(connection);
    stream.on("error", () => stream.destroy());
    stream.once("close", closed);
    const peer = { ...nobody.peer, caller };
    this.#lines.set(stream, { link: { peer, scheme: "http" }, arrived });
    this.#http1.serve(stream);
    return () => void stream.destroy();
  }
}

const nobody: Link = { peer: describePeer("", false), scheme: "http" };
