/** Anything in any order, cut anywhere: the front goes on, and each connection comes to an end. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { answeredRequests } from "./http1-answered.ts";
import { refusedRequests } from "./http1-refused.ts";
import { exchange } from "./raw-client.ts";
import { serve } from "./server.ts";

const webSocket =
  "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

const words = fc.oneof(
  fc.constantFrom(...answeredRequests.map(({ sent }) => sent)),
  fc.constantFrom(...refusedRequests.map(([, , bytes]) => bytes).filter((one) => one.length < 500)),
  fc.constantFrom(webSocket, "\r\n", "\0", "0\r\n\r\n", "\x81\x80abcd", "\x88\x80abcd"),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** Where the words, one behind the other, are cut. */
const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 4 });
const endings = fc.constantFrom("wait", "end", "reset");

function cut(text: string, places: readonly number[]): readonly string[] {
  const ends = [...places.toSorted((a, b) => a - b), text.length];
  return ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end)).filter((one) => one !== "");
}

suite("HTTP/1.1: anything in any order", () => {
  test("does not end the front, nor stay", async (context) => {
    const bounds = { headMs: 100, requestMs: 100, keepAliveMs: 20, stallMs: 100, unreadMs: 50 };
    const { port, front } = await serve(context, bounds);
    const property = fc.asyncProperty(
      fc.array(fc.tuple(fc.array(words, { minLength: 1, maxLength: 4 }), cuts, endings), {
        minLength: 5,
        maxLength: 20,
      }),
      async (clients) => {
        await Promise.all(
          clients.map(([all, places, last]) =>
            exchange(port, { pieces: cut(all.join(""), places), last }),
          ),
        );
        while (front.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
        const fine = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        assert.match(await exchange(port, { pieces: [fine] }), /fine$/);
      },
    );
    await fc.assert(property, { numRuns: 4 });
  });
});
