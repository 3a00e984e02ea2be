/** WebSockets as a front speaks them, frame by frame; the cases go the way of Autobahn's. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { HttpFront } from "#adapters/node/http";
import type { MessageChannel } from "#core/host/traffic";
import { Errno } from "#core/sys";
import { type WebSocketCase, webSocketCases } from "./web-socket-cases.ts";
import { bye, framesIn } from "./web-socket-frames.ts";

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

/** Sends what a case has behind the handshake, and answers with all that came until the end. */
function talk(port: number, one: WebSocketCase): Promise<readonly string[]> {
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

suite("WebSockets: each thing a client may say, or may not", () => {
  test("has what comes of it as the RFC has it", async (context) => {
    const at = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
    const front = await HttpFront.listen(at, {
      bounds: { messageBytesMax: 100_000 },
      arrived: (request) => echo(request.accept([])),
    });
    context.after(() => front.close(0));
    const port = front.address.kind === "tcp" ? front.address.port : 0;
    const problems: object[] = [];
    for (const one of webSocketCases) {
      const found = await talk(port, one);
      const { section, what, expected } = one;
      if (!isDeepStrictEqual(found, expected)) problems.push({ section, what, found, expected });
    }
    assert.deepEqual(problems, []);
  });
});
