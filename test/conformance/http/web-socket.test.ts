/** WebSockets as a front speaks them, frame by frame; the cases go the way of Autobahn's. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { HttpFront } from "#adapters/node/http";
import type { MessageChannel } from "#core/host/traffic";
import { Errno } from "#core/sys";
import { type WebSocketCase, webSocketCases } from "./web-socket-cases.ts";
import { bye, frame, framesIn } from "./web-socket-frames.ts";

/** Sends back each message. */
function echo(channel: MessageChannel): void {
  channel.receive((message) => {
    if (message instanceof Errno || message.kind === "closed") return;
    channel.send(message, () => echo(channel));
  });
}

const handshake = [
  "GET / HTTP/1.1",
  "Host: a",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");

/** What RFC 6455 has for that key (1.3). */
const accepted = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

type Talk = Pick<WebSocketCase, "sent" | "expected" | "closes" | "isBytewise">;

/** Sends what a case has behind the handshake, and answers with all that came until the end. */
function talk(port: number, one: Talk): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  let received = Buffer.alloc(0);
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const told = (): readonly string[] => {
    const headEnd = received.indexOf("\r\n\r\n") + 4;
    assert.ok(headEnd < 4 || received.subarray(0, headEnd).includes(accepted));
    return framesIn(received.subarray(headEnd));
  };
  let isClosing = one.closes !== true;
  const closeInTime = (): void => {
    if (isClosing || told().length < one.expected.length - 1) return;
    isClosing = true;
    socket.write(bye);
  };
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    closeInTime();
  });
  socket.on("close", () => resolve(told()));
  const sent = [
    Buffer.from(handshake),
    ...(one.isBytewise === true ? bytewise(one.sent) : one.sent),
  ];
  const next = (at: number): void => {
    const piece = sent[at];
    if (piece === undefined) closeInTime();
    else socket.write(piece, () => setImmediate(next, at + 1));
  };
  next(0);
  return promise;
}

const bytewise = (sent: readonly Buffer[]): readonly Uint8Array[] =>
  Array.from(Buffer.concat(sent), (byte) => Buffer.of(byte));

async function serveEcho(context: TestContext): Promise<number> {
  const at = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
  const front = await HttpFront.listen(at, {
    bounds: { messageBytesMax: 100_000, closingMs: 100, stallMs: 100 },
    arrived: (request) => echo(request.accept([])),
  });
  context.after(() => front.close(0));
  return front.address.kind === "tcp" ? front.address.port : 0;
}

suite("WebSockets: each thing a client may say, or may not", () => {
  test("has what comes of it as the RFC has it", async (context) => {
    const port = await serveEcho(context);
    const problems: object[] = [];
    for (const one of webSocketCases) {
      const found = await talk(port, one);
      const { section, what, expected } = one;
      if (!isDeepStrictEqual(found, expected)) problems.push({ section, what, found, expected });
    }
    assert.deepEqual(problems, []);
  });
});

suite("WebSockets: frames in any order", () => {
  test("do not end the front, nor stay", async (context) => {
    const port = await serveEcho(context);
    const frames = fc.constantFrom(...webSocketCases.flatMap(({ sent }) => sent));
    const clients = fc.array(fc.array(frames, { minLength: 1, maxLength: 6 }), { maxLength: 10 });
    const property = fc.asyncProperty(clients, async (all) => {
      const sent = all.map((pieces) => ({ sent: [...pieces, bye], expected: [] }));
      await Promise.all(sent.map((one) => talk(port, one)));
      const fine = { sent: [frame("text", "fine"), bye], expected: [] };
      assert.deepEqual((await talk(port, fine)).at(-1), "close 1000");
    });
    await fc.assert(property, { numRuns: 20 });
  });
});
