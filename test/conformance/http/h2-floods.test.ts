/** Clients of HTTP/2 that want more than a connection gives: they lose it, and others do not. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FrontBounds } from "#adapters/node/http";
import { connectH2, opening, speak, tell } from "./h2-client.ts";
import { block, errorCodes, flags, frame, setting, types, word } from "./h2-frames.ts";
import { serveSecure } from "./server.ts";

const get = (path: string): Buffer =>
  block([
    [":method", "GET"],
    [":scheme", "https"],
    [":path", path],
    [":authority", "a"],
  ]);
const all = flags.endStream | flags.endHeaders;
const root = get("/");
const never = get("/never");

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

interface Flood {
  readonly what: string;
  /** What is sent for the `at`th time. */
  readonly piece: (at: number) => Buffer;
  /** At most so many are taken. */
  readonly piecesMax: number;
  readonly before?: readonly Buffer[];
  readonly bounds?: Partial<FrontBounds>;
}

/** Odd, and one more for each. */
const streamOf = (at: number): number => 2 * at + 1;

const resetBounds = { resetsBurst: 50, resetsPerSecond: 10 };

const deafBounds = { keepAliveMs: 100, stallMs: 100 };

const floods: readonly Flood[] = [
  {
    what: "requests that are taken back at once",
    piece: (at) =>
      Buffer.concat([
        frame("headers", streamOf(at), never, all),
        frame("reset", streamOf(at), word(errorCodes.cancel)),
      ]),
    piecesMax: 2000,
    bounds: resetBounds,
  },
  {
    what: "requests that the server has to take back",
    piece: (at) =>
      Buffer.concat([
        frame("headers", streamOf(at), never, all),
        frame("window", streamOf(at), word(0)),
      ]),
    piecesMax: 2000,
    bounds: resetBounds,
  },
  {
    what: "more requests at a time than there may be",
    piece: (at) => frame("headers", streamOf(at), never, all),
    piecesMax: 2000,
    bounds: { streamsMax: 10 },
  },
  {
    what: "pings",
    piece: () => frame("ping", 0, new Uint8Array(8)),
    piecesMax: 500_000,
    bounds: deafBounds,
  },
  {
    what: "settings",
    piece: () => frame("settings", 0, setting(4, 1000)),
    piecesMax: 500_000,
    bounds: deafBounds,
  },
  {
    what: "a head in more pieces than one has",
    piece: () => frame("continuation", 1, block([["x-a", "b"]])),
    before: [frame("headers", 1, root, flags.endStream)],
    piecesMax: 20_000,
  },
  {
    what: "a head in pieces of nothing",
    piece: () => frame("continuation", 1),
    before: [frame("headers", 1, root, flags.endStream)],
    piecesMax: 20_000,
  },
];

suite("HTTP/2: floods", () => {
  for (const { what, piece, piecesMax, before = [], bounds = {} } of floods) {
    test(`of ${what} end their connection, and no other`, async (context) => {
      const { port, front } = await serveSecure(context, bounds);
      const socket = await connectH2(port);
      // Nothing is read: what is to be answered would have to be kept.
      socket.pause();
      socket.write(Buffer.concat([...opening, ...before]));
      const isOver = (): boolean => front.connectionCount === 0;
      for (let at = 0; at < piecesMax && !isOver();) {
        const pieces: Buffer[] = [];
        for (const end = at + 100; at < end; at++) pieces.push(piece(at));
        socket.write(Buffer.concat(pieces));
        await turn();
        if (socket.writableLength > 1_000_000) break;
      }
      await until(isOver);
      const outcome = await speak(port, [...opening, frame("headers", 1, root, all)], (frames) =>
        frames.some(({ type, stream }) => type === types.data && stream === 1),
      );
      assert.match(tell(outcome), /200 on 1/);
    });
  }

  test("of fields are refused, each request by itself", async (context) => {
    const { port, arrived } = await serveSecure(context);
    const fields = (count: number, bytes: number): Buffer =>
      block(Array.from({ length: count }, (_, at) => [`x-${at}`, "y".repeat(bytes)] as const));
    for (const [head, expected] of [
      [fields(129, 1), /431 on 1/],
      [fields(600, 1), /reset enhanceYourCalm of 1/],
      [fields(1, 16_384), /431 on 1/],
      [fields(100, 200), /431 on 1/],
    ] as const) {
      const all = Buffer.concat([root, head]);
      const pieces = [
        frame("headers", 1, all.subarray(0, 10_000), flags.endStream),
        frame("continuation", 1, all.subarray(10_000), flags.endHeaders),
      ];
      const outcome = await speak(port, [...opening, ...pieces], (frames) =>
        expected.test(tell({ frames, isOver: false })),
      );
      assert.match(tell(outcome), expected);
    }
    assert.deepEqual(arrived(), []);
  });

  test("of answers that nobody takes are given up, with what they hold", async (context) => {
    const { port, front } = await serveSecure(context, { stallMs: 50 });
    for (const path of ["/large", "/large-stream", "/endless"]) {
      const asked = [...opening, frame("headers", 1, get(path), all)];
      const outcome = await speak(port, asked, (frames) =>
        frames.some(({ type }) => type === types.reset || type === types.goAway),
      );
      assert.match(tell(outcome), /reset \w+ of 1/);
      await until(() => front.connectionCount === 0);
    }
  });

  test("of one byte at a time go slowly, and others are answered", async (context) => {
    const { port } = await serveSecure(context);
    const slow = await connectH2(port);
    context.after(() => slow.destroy());
    slow.write(
      Buffer.concat([
        ...opening,
        frame("settings", 0, setting(4, 1)),
        frame("headers", 1, get("/large"), all),
      ]),
    );
    for (let count = 0; count < 100; count++) slow.write(frame("window", 1, word(1)));
    const outcome = await speak(port, [...opening, frame("headers", 1, root, all)], (frames) =>
      frames.some(({ type, stream }) => type === types.data && stream === 1),
    );
    assert.match(tell(outcome), /200 on 1/);
  });
});
