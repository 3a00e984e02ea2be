import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { LocalCall } from "#core/net";
import { errno } from "#core/sys";
import type { Post } from "#pool/host/summons";
import { PostOffice } from "#pool/summon";

const head = {
  method: "POST",
  scheme: "http",
  authority: "jobs",
  target: "/",
  fields: [],
} as const;

class Bench {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly sent: Post[] = [];
  readonly office: PostOffice = new PostOffice((_request, post) => this.sent.push(post));

  call(options: { readonly hasBody: boolean } = { hasBody: true }): LocalCall {
    const turns = this.host.time;
    const call = new LocalCall(head, { ...options, deadlineNs: Infinity, turns });
    this.office.take(call, { queue: "shop/jobs", fields: ["noos-caller", "shop/web"] });
    return call;
  }

  /** Sends all of it, in pieces. */
  async write(call: LocalCall, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += 50_000) {
      const piece = bytes.subarray(at, at + 50_000);
      const taken = new Promise((resolve) => call.body?.push(piece, resolve));
      await this.host.time.until(taken);
    }
  }

  answerOf(call: LocalCall): Promise<unknown> {
    return this.host.time.until(new Promise((resolve) => call.whenAnswered(resolve)));
  }
}

suite("post office", () => {
  test("sends a message when all of it is there, and brings the answer back", async () => {
    const bench = new Bench();
    const call = bench.call();
    const body = new Uint8Array(120_000).fill(7);
    await bench.write(call, body);
    assert.equal(bench.sent.length, 0);
    call.body?.close();
    await bench.host.time.runFor(1e6);
    const [post] = bench.sent;
    assert.deepEqual(
      [post?.queue, post?.method, post?.fields],
      ["shop/jobs", "POST", ["noos-caller", "shop/web"]],
    );
    assert.deepEqual(post?.body, body);
    bench.office.answered(1, { status: 202, fields: ["noos-message", "7"], text: "" });
    bench.office.answered(1, { status: 500, fields: [], text: "" });
    assert.deepEqual(await bench.answerOf(call), {
      status: 202,
      fields: ["noos-message", "7", "content-length", "0"],
    });
  });

  test("refuses the call where there is no such queue", async () => {
    const bench = new Bench();
    const call = bench.call({ hasBody: false });
    assert.equal(bench.sent.length, 1);
    bench.office.answered(1, undefined);
    assert.equal(await bench.answerOf(call), errno.ECONNREFUSED);
  });

  test("takes no more than a message may have, and sends none of what is cut", async () => {
    const bench = new Bench();
    const long = bench.call();
    void bench.write(long, new Uint8Array(2 ** 20 + 100_000)).catch(() => undefined);
    const answer = (await bench.answerOf(long)) as { readonly status: number };
    assert.equal(answer.status, 413);
    const cut = bench.call();
    await bench.write(cut, new Uint8Array(10));
    cut.cancel();
    await bench.host.time.runFor(1e6);
    assert.equal(bench.sent.length, 0);
  });
});
