import { Agent, type ClientRequest, request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import type { Connection } from "#core/host";
import type { IncomingRequest, RequestHead, ResponseHead } from "#core/host/traffic";
import { FieldNames, outgoingHead } from "#core/http";
import { Errno } from "#core/sys";
import { ConnectionStream, pump } from "#adapters/node/body";
import { Outgoing } from "./outgoing.ts";

/** Hands requests to a program that speaks HTTP/1.1 over connections it accepts. */
export interface ConnectionServer {
  serve(request: IncomingRequest): void;
  /**
   * No more requests come: closes each connection, once what was asked over it is answered. Calls
   * back in a later turn when there is none left.
   */
  close(whenClosed: () => void): void;
  /** The program is gone: cuts all connections to it. */
  cut(): void;
}

/**
 * `open` makes a connection to the program, each time one more is needed; one is kept for the next
 * request. Of `connectionsMax` all are in use, further requests wait.
 */
export function serveConnection(
  open: () => Connection,
  { connectionsMax = 64 }: { readonly connectionsMax?: number } = {},
): ConnectionServer {
  const agent = new ConnectionAgent(open, connectionsMax);
  const names = new FieldNames();
  return {
    serve: (request) => serve(request, agent, names),
    close: (whenClosed) => agent.leave(whenClosed),
    cut: () => agent.cut(),
  };
}

/** Node's pool of connections, over ours. */
class ConnectionAgent extends Agent {
  readonly #open: () => Connection;
  #openCount = 0;
  /** Told when all are closed; there until then, once it is known that no more come. */
  #whenClosed: (() => void) | undefined = undefined;
  #isLeaving = false;
  /** The program is gone: what it had may be another's by now, and is not ours to give up. */
  isCut = false;

  constructor(open: () => Connection, connectionsMax: number) {
    super({ keepAlive: true, maxSockets: connectionsMax, maxFreeSockets: 1 });
    this.#open = open;
  }

  override createConnection(): Duplex {
    const connection = new ConnectionStream(this.#open());
    this.#openCount += 1;
    // Of one that is in use, its request sees that.
    connection.on("end", () => {
      if (this.#isIdle(connection)) connection.destroy();
    });
    connection.once("close", () => {
      this.#openCount -= 1;
      this.#lookAround();
    });
    return connection;
  }

  /** Whether one that has answered lies idle then. No TCP is below that could be told of it. */
  override keepSocketAlive(socket: Duplex): boolean {
    // Nobody reads of it until it is used again, and its program may close it before.
    socket.resume();
    return !this.#isLeaving && !socket.readableEnded;
  }

  #isIdle(connection: Duplex): boolean {
    const idle: readonly (readonly unknown[] | undefined)[] = Object.values(this.freeSockets);
    return idle.some((sockets) => sockets?.includes(connection));
  }

  cut(): void {
    this.isCut = true;
    this.destroy();
  }

  leave(whenClosed: () => void): void {
    this.#isLeaving = true;
    this.#whenClosed = whenClosed;
    // Not all of them, as destroy() has it: those in use are to answer first.
    for (const idle of Object.values(this.freeSockets)) {
      for (const socket of idle ?? []) socket.destroy();
    }
    this.#lookAround();
  }

  #lookAround(): void {
    const isWaitedFor = Object.keys(this.requests).length > 0;
    if (this.#whenClosed === undefined || this.#openCount > 0 || isWaitedFor) return;
    setImmediate(this.#whenClosed);
    this.#whenClosed = undefined;
  }
}

function serve(request: IncomingRequest, agent: ConnectionAgent, names: FieldNames): void {
  if (request.isUpgrade) return request.respond(notImplemented, new Uint8Array());
  const { body } = request;
  const head = named(request.head);
  const sent = outgoingHead(head, { names, hasBody: body !== undefined, isInside: true });
  if (typeof sent === "string") return request.abandon(`it could not be handed on: ${sent}`);
  const { method, target } = head;
  const make = (): ClientRequest =>
    httpRequest({ method, path: target, headers: sent.fields as string[], agent, host: "program" });
  const asked = new Outgoing(make, {
    names,
    hasBody: body !== undefined,
    bodyBytes: body === undefined ? 0 : sent.bodyBytes,
    deadlineNs: Infinity,
    isRepeatable: body === undefined,
  });
  const giveUp = (why: string): void => {
    if (!agent.isCut) request.abandon(why);
  };
  request.whenGone(() => asked.cancel());
  if (body !== undefined && asked.body !== undefined) {
    // A program may answer without reading all of it; how it answers is what counts.
    pump(body, asked.body, () => undefined);
  }
  asked.whenAnswered((result) => {
    if (result instanceof Errno) giveUp(`the program's connection failed: ${result.name}`);
    else pipeBack(request, { asked, head: result, giveUp });
  });
}

function pipeBack(
  request: IncomingRequest,
  from: {
    readonly asked: Outgoing;
    readonly head: ResponseHead;
    readonly giveUp: (why: string) => void;
  },
): void {
  pump(from.asked.response, request.begin(from.head), (failed) => {
    if (failed === undefined) return;
    from.asked.cancel();
    from.giveUp(`the program's answer broke off: ${failed.name}`);
  });
}

/** HTTP/1.0 may name no host, and HTTP/1.1 must. */
function named(head: RequestHead): RequestHead {
  return head.authority === "" ? { ...head, authority: "localhost" } : head;
}

const notImplemented: ResponseHead = { status: 501, fields: [] };
