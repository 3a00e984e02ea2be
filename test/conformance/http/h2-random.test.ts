/** Frames of all cases in any order: the front goes on, and each connection comes to an end. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { h2Cases } from "./h2-cases.ts";
import { connectH2, opening, speak, tell } from "./h2-client.ts";
import { block, errorCodes, flags, frame, types, word } from "./h2-frames.ts";
import { type Server, serveSecure } from "./server.ts";

const targets = [
  "/",
  "/late",
  "/read-late",
  "/begin-late",
  "/stream",
  "/large",
  "/unread",
  "/never",
];
const streams = [1, 3, 5, 7] as const;

function ask(path: string, stream: number, bits: number): Buffer {
  const fields = [
    [":method", "POST"],
    [":scheme", "https"],
    [":path", path],
    [":authority", "a"],
    ["expect", "100-continue"],
  ] as const;
  return frame("headers", stream, block(fields), bits);
}

const stream = fc.constantFrom(...streams);
const words = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...targets), stream, fc.constantFrom(4, 5))
      .map(([target, number, bits]) => ask(target, number, bits)),
  },
  { weight: 2, arbitrary: stream.map((number) => frame("reset", number, word(errorCodes.cancel))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(stream, fc.constantFrom(0, flags.endStream))
      .map(([number, bits]) => frame("data", number, Buffer.from("abc"), bits)),
  },
  stream.map((number) => frame("window", number, word(1000))),
  fc.constantFrom(...h2Cases.flatMap(({ sent }) => sent)),
);

async function send(
  port: number,
  pieces: readonly Buffer[],
  last: "end" | "destroy",
): Promise<void> {
  const socket = await connectH2(port);
  const gone = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  socket.write(Buffer.concat(opening));
  for (const piece of pieces) {
    if (socket.destroyed) break;
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  if (last === "end") socket.end();
  else socket.destroy();
  await gone;
}

async function isFine({ port }: Server): Promise<boolean> {
  const get = ask("/", 1, flags.endStream | flags.endHeaders);
  const outcome = await speak(port, [...opening, get], (frames) =>
    frames.some((one) => one.type === types.data && one.stream === 1),
  );
  return tell(outcome).includes("200 on 1");
}

suite("HTTP/2: frames in any order", () => {
  test("do not end the front, nor stay", async (context) => {
    const server = await serveSecure(context, { keepAliveMs: 50, stallMs: 50, unreadMs: 50 });
    const pieces = fc.array(words, { minLength: 1, maxLength: 12 });
    const client = fc.tuple(pieces, fc.constantFrom("end" as const, "destroy" as const));
    const property = fc.asyncProperty(
      fc.array(client, { minLength: 5, maxLength: 10 }),
      async (clients) => {
        await Promise.all(clients.map(([all, last]) => send(server.port, all, last)));
        assert.ok(await isFine(server));
      },
    );
    await fc.assert(property, { numRuns: 6 });
  });
});
