import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { WebSocket as WsClient } from "ws";
import type { Closing, IncomingRequest, Message, MessageChannel } from "#core/host/traffic";
import { Errno, errno } from "#core/sys";
import type { FrontBounds } from "#adapters/node/http/request";
import { bytesOf, exchange, frontFor, textOf } from "./front-for-tests.ts";

type Received = Message | Closing | Errno;

const receive = (channel: MessageChannel): Promise<Received> =>
  new Promise((resolve) => channel.receive(resolve));

const send = (channel: MessageChannel, message: Message): Promise<Errno | undefined> =>
  new Promise((resolve) => channel.send(message, resolve));

/** Sends back each message, and answers with what ended it. */
async function echo(channel: MessageChannel): Promise<Closing | Errno> {
  for (;;) {
    const received = await receive(channel);
    if (received instanceof Errno || received.kind === "closed") return received;
    await send(channel, received);
  }
}

const tell = (end: Closing | Errno): string =>
  end instanceof Errno ? end.name : `${end.code} ${end.reason}`.trim();

interface Echoing {
  readonly port: number;
  /** How each WebSocket ended for the program. */
  readonly ends: string[];
}

async function echoing(
  context: TestContext,
  bounds: Partial<FrontBounds> = {},
  fields: readonly string[] = [],
): Promise<Echoing> {
  const ends: string[] = [];
  const { port } = await frontFor(context, {
    bounds,
    arrived: (request) => {
      assert.ok(request.isUpgrade);
      void echo(request.accept(fields)).then((end) => ends.push(tell(end)));
    },
  });
  return { port, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

const handshake = (...lines: readonly string[]): string =>
  [
    "GET /chat HTTP/1.1",
    "Host: a",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...lines,
    "\r\n",
  ].join("\r\n");

const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as RFC 6455 has it, by hand: to send also what no client sends. */
function frame(
  kind: keyof typeof opcodes | number,
  content: Uint8Array | string,
  { isLast = true, isMasked = true, reserved = 0 } = {},
): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
  const opcode = typeof kind === "number" ? kind : opcodes[kind];
  const head = [(isLast ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = isMasked ? 0x80 : 0;
  if (bytes.length < 126) head.push(mask | bytes.length);
  else if (bytes.length < 65_536) head.push(mask | 126, bytes.length >> 8, bytes.length & 255);
  else head.push(mask | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((at) => (bytes.length >> at) & 255));
  if (!isMasked) return Buffer.concat([Buffer.from(head), bytes]);
  const key = [1, 2, 3, 4];
  const masked = bytes.map((byte, at) => byte ^ (key[at % 4] ?? 0));
  return Buffer.concat([Buffer.from([...head, ...key]), masked]);
}

/** A client made of bytes: what it sent, answered with all that came behind the handshake. */
function rawClient(port: number, pieces: readonly Buffer[]): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const received: Buffer[] = [];
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => received.push(bytes));
  socket.on("close", () => {
    const all = Buffer.concat(received);
    resolve(all.subarray(all.indexOf("\r\n\r\n") + 4));
  });
  const next = (at: number): void => {
    const piece = [Buffer.from(handshake()), ...pieces][at];
    if (piece !== undefined) socket.write(piece, () => setImmediate(next, at + 1));
  };
  next(0);
  return promise;
}

/** A frame of the server's: never masked. */
const fromServer = (kind: keyof typeof opcodes, content: Uint8Array | string): Buffer =>
  frame(kind, content, { isMasked: false });

const code = (number: number, reason = ""): Buffer =>
  Buffer.concat([Buffer.of(number >> 8, number & 255), Buffer.from(reason)]);

suite("a front: WebSockets", () => {
  test("carry messages of all sizes both ways, whole", async (context) => {
    const { port, ends } = await echoing(context);
    const client = new WsClient(`ws://127.0.0.1:${port}/chat`, { perMessageDeflate: true });
    await new Promise((resolve) => client.once("open", resolve));
    assert.equal(client.extensions, "");
    for (const size of [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1_000_000]) {
      for (const isText of [true, false]) {
        client.send(isText ? "x".repeat(size) : Buffer.alloc(size, 7));
        const [bytes, isBinary] = await new Promise<[Buffer, boolean]>((resolve) => {
          client.once("message", (message: Buffer, binary) => resolve([message, binary]));
        });
        assert.equal(bytes.length, size);
        assert.equal(isBinary, !isText);
      }
    }
    client.close(4001, "enough");
    await until(() => ends.length === 1);
    assert.deepEqual(ends, ["4001 enough"]);
  });

  test("can be refused like any request", async (context) => {
    const { port } = await frontFor(context, {
      arrived: (request) => {
        request.respond({ status: 403, fields: [] }, bytesOf("not you"));
      },
    });
    const answer = await exchange(port, [handshake()]);
    assert.match(answer, /^HTTP\/1.1 403 .*connection: close.*not you$/is);
  });

  test("are refused by us where the handshake is none", async (context) => {
    const { port } = await echoing(context);
    const whole = handshake();
    const rows: readonly (readonly [string, RegExp])[] = [
      [whole.replace(": 13", ": 8"), /^HTTP\/1.1 426 .*sec-websocket-version: 13/is],
      [whole.replace("dGhl", "dG"), /^HTTP\/1.1 400 /],
      [whole.replace(/Sec-WebSocket-Key.*\r\n/, ""), /^HTTP\/1.1 400 /],
      [whole.replace("GET", "POST"), /^HTTP\/1.1 405 /],
      [handshake("Content-Length: 3").concat("abc"), /^HTTP\/1.1 400 /],
      [handshake("Sec-WebSocket-Protocol: a,,b"), /^HTTP\/1.1 400 /],
    ];
    for (const [bytes, expected] of rows) assert.match(await exchange(port, [bytes]), expected);
  });

  test("leave other upgrades alone, which are plain requests", async (context) => {
    const { port } = await frontFor(context, {
      arrived: (request) => {
        assert.ok(!request.isUpgrade);
        request.respond({ status: 200, fields: [] }, bytesOf("plain"));
      },
    });
    const upgrade = "Connection: Upgrade, close\r\nUpgrade: h2c\r\n";
    const answer = await exchange(port, [`GET / HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`]);
    assert.match(answer, /^HTTP\/1.1 200 .*plain$/s);
  });

  test("say what the program says, and a protocol that was offered", async (context) => {
    const fields = ["Set-Cookie", "a=b", "Sec-WebSocket-Protocol", "chat"];
    const good = await echoing(context, {}, fields);
    const client = new WsClient(`ws://127.0.0.1:${good.port}/`, ["other", "chat"]);
    let cookie: readonly string[] | undefined;
    client.once("upgrade", (response) => (cookie = response.headers["set-cookie"]));
    await new Promise((resolve) => client.once("open", resolve));
    assert.equal(client.protocol, "chat");
    assert.deepEqual(cookie, ["a=b"]);
    client.terminate();
    const none = new WsClient(`ws://127.0.0.1:${good.port}/`);
    await new Promise((resolve) => none.once("open", resolve));
    assert.equal(none.protocol, "");
    none.terminate();
  });

  type Case = readonly [
    name: string,
    sent: readonly Buffer[],
    received: readonly Buffer[],
    end: string,
  ];
  const bye = frame("close", code(1000));
  const byeBack = fromServer("close", code(1000));
  const cases: readonly Case[] = [
    ["a closing handshake without a code", [frame("close", "")], [fromServer("close", "")], "1005"],
    [
      "a code and a reason",
      [frame("close", code(3000, "é"))],
      [fromServer("close", code(3000, "é"))],
      "3000 é",
    ],
    [
      "fragments, with a ping between them",
      [
        frame("text", "on", { isLast: false }),
        frame("ping", "are you"),
        frame("more", "e", { isLast: false }),
        frame("more", ""),
        bye,
      ],
      [fromServer("pong", "are you"), fromServer("text", "one"), byeBack],
      "1000",
    ],
    [
      "a character cut in two",
      [
        frame("text", Buffer.of(0xe2, 0x82), { isLast: false }),
        frame("more", Buffer.of(0xac)),
        bye,
      ],
      [fromServer("text", "€"), byeBack],
      "1000",
    ],
    ["a pong nobody asked for", [frame("pong", "x"), bye], [byeBack], "1000"],
    [
      "a ping of 125 bytes",
      [frame("ping", "x".repeat(125)), bye],
      [fromServer("pong", "x".repeat(125)), byeBack],
      "1000",
    ],
    [
      "a ping of 126 bytes",
      [frame("ping", "x".repeat(126))],
      [fromServer("close", code(1002))],
      "1006",
    ],
    [
      "text that is no UTF-8",
      [frame("text", Buffer.of(0xc0, 0x80))],
      [fromServer("close", code(1007))],
      "1006",
    ],
    [
      "a surrogate in UTF-8",
      [frame("text", Buffer.of(0xed, 0xa0, 0x80))],
      [fromServer("close", code(1007))],
      "1006",
    ],
    [
      "a frame without a mask",
      [frame("text", "x", { isMasked: false })],
      [fromServer("close", code(1002))],
      "1006",
    ],
    [
      "a reserved bit",
      [frame("text", "x", { reserved: 4 })],
      [fromServer("close", code(1002))],
      "1006",
    ],
    ["an unknown opcode", [frame(3, "x")], [fromServer("close", code(1002))], "1006"],
    ["an unknown control opcode", [frame(11, "")], [fromServer("close", code(1002))], "1006"],
    [
      "a ping in pieces",
      [frame("ping", "x", { isLast: false })],
      [fromServer("close", code(1002))],
      "1006",
    ],
    ["a continuation of nothing", [frame("more", "x")], [fromServer("close", code(1002))], "1006"],
    [
      "a message within a message",
      [frame("text", "x", { isLast: false }), frame("text", "y")],
      [fromServer("close", code(1002))],
      "1006",
    ],
    [
      "a code of one byte",
      [frame("close", Buffer.of(3))],
      [fromServer("close", code(1002))],
      "1006",
    ],
    [
      "a code nobody may send",
      [frame("close", code(1005))],
      [fromServer("close", code(1002))],
      "1006",
    ],
    [
      "a code below all codes",
      [frame("close", code(999))],
      [fromServer("close", code(1002))],
      "1006",
    ],
    [
      "a reason that is no UTF-8",
      [frame("close", Buffer.concat([code(1000), Buffer.of(0xff)]))],
      [fromServer("close", code(1007))],
      "1006",
    ],
    [
      "a message over the limit",
      [frame("binary", Buffer.alloc(2000))],
      [fromServer("close", code(1009))],
      "1006",
    ],
    [
      "fragments over the limit together",
      [frame("binary", Buffer.alloc(600), { isLast: false }), frame("more", Buffer.alloc(600))],
      [fromServer("close", code(1009))],
      "1006",
    ],
    [
      "what comes behind the close",
      [Buffer.concat([bye, frame("text", "late")])],
      [byeBack],
      "1000",
    ],
  ];
  for (const [name, sent, received, end] of cases) {
    test(`${name}: answered and told`, async (context) => {
      const { port, ends } = await echoing(context, { messageBytesMax: 1000 });
      const answer = await rawClient(port, sent);
      await until(() => ends.length === 1);
      assert.equal(ends[0]?.replace("ECONNRESET", "1006"), end);
      assert.deepEqual(answer, Buffer.concat(received));
    });
  }

  test("hold what nobody receives back in the client", async (context) => {
    const arrived = Promise.withResolvers<IncomingRequest>();
    const { port } = await frontFor(context, { arrived: arrived.resolve });
    const client = new WsClient(`ws://127.0.0.1:${port}/`);
    const request = await arrived.promise;
    const channel = request.accept([]);
    await new Promise((resolve) => client.once("open", resolve));
    for (let count = 0; count < 100; count++) client.send(Buffer.alloc(500_000));
    for (let turns = 0; turns < 200; turns++) await turn();
    assert.ok(client.bufferedAmount > 0);
    for (let count = 0; count < 100; count++) {
      const message = await receive(channel);
      assert.ok(!(message instanceof Errno) && message.kind === "binary");
    }
    client.terminate();
    assert.equal(await receive(channel), errno.ECONNRESET);
    assert.equal(await send(channel, { kind: "text", bytes: bytesOf("x") }), errno.EPIPE);
  });

  test("that are silent are pinged, and given up when they do not answer", async (context) => {
    const { port, ends } = await echoing(context, { pongMs: 250 });
    const deaf = connect(port, "127.0.0.1");
    let received = "";
    deaf.on("data", (bytes: Buffer) => (received += textOf(bytes)));
    deaf.write(handshake());
    const alive = new WsClient(`ws://127.0.0.1:${port}/`);
    let pings = 0;
    alive.on("ping", () => (pings += 1));
    await until(() => ends.length === 1 && pings > 2);
    assert.deepEqual(ends, ["ECONNRESET"]);
    assert.ok(received.endsWith("\x89\x00"), "a ping");
    assert.equal(alive.readyState, alive.OPEN);
    alive.terminate();
    deaf.destroy();
  });

  test("are told when the server goes away", async (context) => {
    const arrived = Promise.withResolvers<MessageChannel>();
    const { port, front } = await frontFor(context, {
      arrived: (request) => arrived.resolve(request.accept([])),
    });
    const client = new WsClient(`ws://127.0.0.1:${port}/`);
    await arrived.promise;
    await new Promise((resolve) => client.once("open", resolve));
    const told = new Promise((resolve) => client.once("close", resolve));
    await front.close(10_000);
    assert.equal(await told, 1001);
  });

  test("are closed with what the program says, as far as it may be said", async (context) => {
    const closes: readonly (readonly [number, string, number, string])[] = [
      [4000, "x".repeat(200), 4000, "x".repeat(123)],
      [1006, "", 1000, ""],
      [7, "why", 1000, "why"],
    ];
    let next = 0;
    const { port } = await frontFor(context, {
      arrived: (request) => {
        const [number = 0, reason = ""] = closes[next] ?? [];
        next += 1;
        request.accept([]).close(number, reason);
      },
    });
    for (const [, , number, reason] of closes) {
      const client = new WsClient(`ws://127.0.0.1:${port}/`);
      const [told, why] = await new Promise<[number, Buffer]>((resolve) => {
        client.once("close", (one: number, other: Buffer) => resolve([one, other]));
      });
      assert.deepEqual([told, why.toString()], [number, reason]);
    }
  });
});
