/** Whatever a program answers with, over either version: it ends no front, and throws nothing. */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import fc from "fast-check";
import type { IncomingRequest, ResponseHead } from "#core/host/traffic";
import { opening, speak } from "./h2-client.ts";
import { block, flags, frame, types } from "./h2-frames.ts";
import { bytesOf, exchange } from "./raw-client.ts";
import { serve, serveSecure } from "./server.ts";

const known = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "trailer",
  "te",
  "http2-settings",
  "proxy-connection",
  "host",
  "content-length",
  "content-type",
  "date",
  "set-cookie",
  "expect",
  "status",
  "sec-websocket-accept",
  "noos-caller",
  "X-Large",
  ":status",
  "",
];
const token = fc.string({ unit: fc.constantFrom("a", "B", "-", "_", "!", "1"), maxLength: 5 });
const name = fc.oneof(fc.constantFrom(...known), token);
const value = fc.oneof(
  fc.constantFrom("", "1", "close", "chunked", "0", "trailers", "\t", " a ", "\xe9", "a\r\nb: c"),
  fc.string({ unit: "binary-ascii", maxLength: 5 }),
  fc.nat({ max: 70_000 }).map((length) => "y".repeat(length)),
);
const head = fc.record({
  status: fc.oneof(fc.integer({ min: 190, max: 610 }), fc.constantFrom(101, 200, 204, 205, 304)),
  fields: fc.array(fc.tuple(name, value), { maxLength: 6 }).map((pairs) => pairs.flat()),
});
const method = fc.constantFrom("GET", "HEAD", "POST");
const way = fc.constantFrom("respond" as const, "begin" as const);

/** A program that answers as it is told before each request. */
class Answering {
  readonly #problems: unknown[] = [];
  next: { readonly head: ResponseHead; readonly way: "respond" | "begin" } | undefined;

  /** What a program would have been thrown. */
  get problems(): readonly unknown[] {
    return this.#problems;
  }

  answer(request: IncomingRequest): void {
    try {
      if (this.next !== undefined) this.#answer(request, this.next);
    } catch (error) {
      this.#problems.push(error);
      request.abandon("it threw");
    }
  }

  #answer(request: IncomingRequest, next: NonNullable<Answering["next"]>): void {
    if (next.way === "respond") return request.respond(next.head, bytesOf("all"));
    const sink = request.begin(next.head);
    sink.push(bytesOf("piece"), () => sink.close());
  }
}

async function property(
  context: TestContext,
  open: typeof serve | typeof serveSecure,
  ask: (port: number, method: string) => Promise<unknown>,
): Promise<void> {
  const program = new Answering();
  const { port } = await open(context, { keepAliveMs: 20 }, (request) => program.answer(request));
  const answers = fc.asyncProperty(head, method, way, async (given, asked, how) => {
    program.next = { head: given, way: how };
    await ask(port, asked);
    assert.deepEqual(program.problems, []);
  });
  await fc.assert(answers, { numRuns: 100 });
}

suite("answers with any head", () => {
  test("throw nothing over HTTP/1.1", async (context) => {
    await property(context, serve, (port, asked) => {
      const request = `${asked} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
      return exchange(port, { pieces: [request] });
    });
  });

  test("throw nothing over HTTP/2", async (context) => {
    await property(context, serveSecure, (port, asked) => {
      const fields = block([
        [":method", asked],
        [":scheme", "https"],
        [":path", "/"],
        [":authority", "a"],
      ]);
      const request = frame("headers", 1, fields, flags.endStream | flags.endHeaders);
      return speak(port, [...opening, request], (frames) =>
        frames.some(
          ({ type, stream, flags: bits }) =>
            (stream === 1 && (bits & flags.endStream) !== 0) || type === types.reset,
        ),
      );
    });
  });
});
