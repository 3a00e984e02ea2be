/**
 * HTTP/1.1 as a front speaks it, case by case over raw sockets. A case names the paragraph of RFC
 * 9110 or 9112 that it is of.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { answeredRequests } from "./http1-answered.ts";
import { refusedRequests } from "./http1-refused.ts";
import { serve } from "./server.ts";
import { exchange } from "./raw-client.ts";

/** What may be smuggled in behind a request. */
const behind = "GET /behind HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** The statuses of all answers, in their order. */
function statusesOf(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

suite("HTTP/1.1: what is no request", () => {
  test("is refused, alone and with something behind it, and never arrives", async (context) => {
    const { port, arrived } = await serve(context, { keepAliveMs: 200, headMs: 1000 });
    const problems: string[] = [];
    for (const [paragraph, what, bytes, status] of refusedRequests) {
      const received = [
        await exchange(port, { pieces: [bytes] }),
        await exchange(port, { pieces: [bytes + behind] }),
      ].map(statusesOf);
      const isRefused = received.every((all) => all.length === 1 && all[0] === status);
      const came = arrived();
      if (isRefused && came.length === 0) continue;
      problems.push(`${paragraph}, ${what}: ${JSON.stringify(received)} ${came.join(", ")}`);
    }
    assert.deepEqual(problems, []);
  });
});

suite("HTTP/1.1: what is a request", () => {
  test("is answered as it should be, and what is behind it too", async (context) => {
    const { port, arrived } = await serve(context, { keepAliveMs: 200, headMs: 1000 });
    const problems: object[] = [];
    for (const { paragraph, what, sent, has, hasNot, ...expected } of answeredRequests) {
      const received = await exchange(port, { pieces: [sent + behind] });
      const found = { statuses: statusesOf(received), arrived: arrived() };
      const isSaid = has?.test(received) !== false && hasNot?.test(received) !== true;
      if (isSaid && isDeepStrictEqual(found, expected)) continue;
      problems.push({ paragraph, what, found, expected, received });
    }
    assert.deepEqual(problems, []);
  });
});
