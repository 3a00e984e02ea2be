/** Clients of HTTP/1.1 that leave early, or take their time: nothing of them stays. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { serve } from "./server.ts";
import { exchange } from "./raw-client.ts";

const whole =
  "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n" +
  "3;e=f\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\n";
const headEnd = whole.indexOf("\r\n\r\n") + 4;

const bytewise = (text: string): readonly string[] =>
  Array.from({ length: text.length }, (_, at) => text.charAt(at));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

suite("HTTP/1.1: clients that leave", () => {
  for (const last of ["end", "reset"] as const) {
    test(`by ${last}, behind each byte of a request, leave nothing`, async (context) => {
      const { port, front, arrived } = await serve(context);
      for (let count = 0; count < whole.length; count++) {
        await exchange(port, { pieces: count === 0 ? [] : [whole.slice(0, count)], last });
        await until(() => front.connectionCount === 0);
        const came = arrived();
        // A reset may overtake the bytes before it; a part of a body is never taken for all of it.
        if (last === "end") assert.equal(came.length, count < headEnd ? 0 : 1, String(count));
        for (const one of came) assert.doesNotMatch(one, /abcde$/);
      }
      const answer = await exchange(port, { pieces: [whole], last: "end" });
      assert.match(answer, /fine$/);
      assert.deepEqual(arrived(), ["POST /x abcde"]);
    });
  }
});

suite("HTTP/1.1: clients that take their time", () => {
  test("with a head, byte by byte, are told that it was too long", async (context) => {
    const { port, arrived } = await serve(context, { headMs: 300 });
    const pieces = bytewise(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(200)}`);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => exchange(port, { pieces, paceMs: 10 })),
    );
    for (const answer of answers) assert.match(answer, /^HTTP\/1.1 408 /);
    assert.deepEqual(arrived(), []);
  });

  test("with the head of their second request are told, too", async (context) => {
    const { port } = await serve(context, { headMs: 300, keepAliveMs: 10_000 });
    const pieces = ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n"];
    const answer = await exchange(port, { pieces, paceMs: 50 });
    assert.match(answer, /^HTTP\/1.1 200 [^]*fineHTTP\/1.1 408 /);
  });

  test("with a body, byte by byte, are given up when all of it takes too long", async (context) => {
    const { port, arrived } = await serve(context, { headMs: 200, requestMs: 400 });
    const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    const pieces = [head, ...bytewise("y".repeat(300))];
    const answer = await exchange(port, { pieces, paceMs: 10 });
    assert.match(answer, /^HTTP\/1.1 408 /);
    assert.match(arrived()[0] ?? "", /^POST \/ y+ECONNRESET$/);
  });

  test("between two requests are let go, without a word", async (context) => {
    const { port, front } = await serve(context, { keepAliveMs: 100 });
    const answer = await exchange(port, { pieces: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n"] });
    assert.match(answer, /fine$/);
    await until(() => front.connectionCount === 0);
  });

  for (const target of ["/large", "/large-stream", "/endless"]) {
    test(`with the answer to ${target} are given up when they take nothing`, async (context) => {
      const { port, front } = await serve(context, { stallMs: 200 });
      const deaf = connect({ port, host: "127.0.0.1" }).pause();
      context.after(() => deaf.destroy());
      deaf.on("error", () => undefined);
      deaf.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await until(() => front.connectionCount === 1);
      await until(() => front.connectionCount === 0);
    });
  }
});
