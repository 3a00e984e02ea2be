/** Ways on which a request comes to whoever answers it, each with what becomes of it. */
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HopFront, Hops } from "#adapters/node/hop";
import { HttpFront } from "#adapters/node/http";
import { nodeExecutor } from "#adapters/node";
import type { ByteSource, SourceAnswer } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { LocalCall } from "#core/net";
import { Errno } from "#core/sys";

/** Whoever answers. */
export type Handler = (request: IncomingRequest) => void;

/** A request as its sender makes it. */
export interface Sending {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly string[];
  readonly body: Uint8Array | undefined;
  /** Settles when its sender goes away. */
  readonly leaving?: Promise<void>;
}

/** What its sender learns: a whole answer, a part of one, or none. */
export type Outcome =
  | {
      readonly kind: "whole";
      readonly status: number;
      readonly type: string;
      readonly body: string;
    }
  | { readonly kind: "part"; readonly status: number }
  | { readonly kind: "none" };

/** One way, open until it is closed. */
export interface Way extends AsyncDisposable {
  /** Where clients connect to it, if they do. */
  readonly port?: number;
  send(sending: Sending): Promise<Outcome>;
}

export interface WayKind {
  readonly name: string;
  readonly open: (handler: Handler) => Promise<Way>;
}

const none: Outcome = { kind: "none" };

/** The call of one process to another. */
async function openCall(handler: Handler): Promise<Way> {
  const { turns } = nodeExecutor();
  return {
    async send({ method, target, fields, body, leaving }) {
      const head = { method, scheme: "http", authority: "shop", target, fields } as const;
      const hasBody = body !== undefined;
      const call = new LocalCall(head, { hasBody, deadlineNs: Infinity, turns });
      handler(call.incoming);
      if (body !== undefined) call.body?.push(body, () => call.body?.close());
      void leaving?.then(() => call.cancel());
      const answer = await new Promise<Parameters<Parameters<LocalCall["whenAnswered"]>[0]>[0]>(
        (resolve) => call.whenAnswered(resolve),
      );
      if (answer instanceof Errno) return none;
      const text = await readAll(call.response);
      const { status } = answer;
      if (text === undefined) return { kind: "part", status };
      return { kind: "whole", status, type: typeOf(answer.fields), body: text };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function typeOf(fields: readonly string[]): string {
  return fields[fields.indexOf("content-type") + 1] ?? "";
}

/** `undefined` where it breaks off. */
async function readAll(source: ByteSource): Promise<string | undefined> {
  let text = "";
  for (;;) {
    const piece = await new Promise<SourceAnswer>((resolve) => source.pull(10_000, resolve));
    if (!(piece instanceof Uint8Array)) return piece === "end" ? text : undefined;
    text += Buffer.from(piece).toString("latin1");
  }
}

/** A client's connection to a front. */
async function openFront(handler: Handler): Promise<Way> {
  const at = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
  const front = await HttpFront.listen(at, { arrived: handler });
  const port = front.address.kind === "tcp" ? front.address.port : 0;
  return {
    port,
    async send({ method, target, fields, body, leaving }) {
      const headers = Object.fromEntries(
        fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]]] : [])),
      );
      const options = { host: "127.0.0.1", port, method, path: target, headers, agent: false };
      const outgoing = httpRequest(options);
      void leaving?.then(() => outgoing.destroy());
      const outcome = outcomeOf(outgoing);
      outgoing.end(body);
      return await outcome;
    },
    [Symbol.asyncDispose]: () => front.close(0),
  };
}

async function outcomeOf(outgoing: ClientRequest): Promise<Outcome> {
  const incoming = await new Promise<IncomingMessage | undefined>((resolve) => {
    outgoing.on("response", resolve);
    outgoing.on("error", () => resolve(undefined));
  });
  const status = incoming?.statusCode ?? 0;
  // What a front says where a program says nothing.
  if (incoming === undefined || status === 502) return none;
  let body = "";
  try {
    for await (const piece of incoming) body += (piece as Buffer).toString("latin1");
  } catch {
    return { kind: "part", status };
  }
  return { kind: "whole", status, type: incoming.headers["content-type"] ?? "", body };
}

/** The same, with whoever answers on another executor. */
function overHop(open: WayKind["open"]): WayKind["open"] {
  return async (handler) => {
    await using opened = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "noos-way-"));
    opened.defer(() => rmSync(folder, { recursive: true }));
    const socket = join(folder, "far.sock");
    const far = await HopFront.listen(socket, { arrived: handler });
    opened.defer(() => far.close());
    const hops = new Hops();
    opened.defer(() => hops.close());
    const way = opened.use(
      await open((request) => {
        hops.forward(request, { socket, key: "shop/far" }, (why) => request.abandon(why));
      }),
    );
    const all = opened.move();
    return { ...way, [Symbol.asyncDispose]: () => all.disposeAsync() };
  };
}

export const ways: readonly WayKind[] = [
  { name: "a call inside", open: openCall },
  { name: "a front", open: openFront },
  { name: "a call inside, and a hop", open: overHop(openCall) },
  { name: "a front, and a hop", open: overHop(openFront) },
];
