import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ByteSink, ByteSource, Connection, SourceAnswer } from "#core/host";
import { acceptTunnel, dialTunnel, isTunnel, LocalCall, tunnelHead } from "#core/net";
import { errno, Errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function pull(source: ByteSource): Promise<string> {
  const answer = await new Promise<SourceAnswer>((resolve) => source.pull(100, resolve));
  if (answer instanceof Uint8Array) return new TextDecoder().decode(answer);
  return answer instanceof Errno ? answer.name : answer;
}

function push(sink: ByteSink, text: string): Promise<string | undefined> {
  return new Promise((resolve) => sink.push(bytesOf(text), (failed) => resolve(failed?.name)));
}

function dialled(): { readonly call: LocalCall; readonly near: Connection } {
  const { time } = simulatedHost({ seed: 1 });
  const options = { hasBody: true, deadlineNs: Infinity, turns: time };
  const call = new LocalCall(tunnelHead("cart"), options);
  assert.ok(isTunnel(call.incoming.head));
  return { call, near: dialTunnel(call) };
}

suite("a tunnel", () => {
  test("carries bytes both ways, and what was said before it was accepted", async () => {
    const { call, near } = dialled();
    const sent = push(near, "early");
    const heard = pull(near);
    const far = acceptTunnel(call.incoming);
    assert.deepEqual([await pull(far), await sent], ["early", undefined]);
    void push(far, "answer");
    assert.equal(await heard, "answer");
    void push(near, "more");
    assert.equal(await pull(far), "more");
  });

  test("is open in the one direction after the end of the other", async () => {
    const { call, near } = dialled();
    const far = acceptTunnel(call.incoming);
    near.shutdownWrite();
    near.shutdownWrite();
    assert.equal(await pull(far), "end");
    void push(far, "still");
    assert.equal(await pull(near), "still");
    far.shutdownWrite();
    assert.equal(await pull(near), "end");
    near.close();
    far.close();
  });

  test("ends for both when one closes it", async () => {
    const one = dialled();
    const far = acceptTunnel(one.call.incoming);
    far.close();
    assert.deepEqual([await pull(one.near), await push(one.near, "x")], ["end", "EPIPE"]);
    const other = dialled();
    const accepted = acceptTunnel(other.call.incoming);
    const answered = push(accepted, "unread");
    await Promise.resolve();
    other.near.close();
    assert.deepEqual([await pull(accepted), await answered], ["end", "EPIPE"]);
  });

  test("is refused by whoever does not accept it, whatever it says", async () => {
    const gone = dialled();
    gone.call.incoming.abandon("nobody");
    assert.equal(await pull(gone.near), "ECONNRESET");
    const busy = dialled();
    const waiting = pull(busy.near);
    busy.call.incoming.respond({ status: 503, fields: [] }, bytesOf("{}"));
    assert.equal(await waiting, "ECONNREFUSED");
    assert.equal(await pull(busy.near), "ECONNREFUSED");
    const nobody = dialled();
    nobody.call.refuse(errno.ECONNREFUSED);
    assert.deepEqual(
      [await push(nobody.near, "x"), await pull(nobody.near)],
      ["ECONNREFUSED", "ECONNREFUSED"],
    );
  });

  test("that is closed before it was accepted is known to be gone", async () => {
    const { call, near } = dialled();
    let isGone = false;
    call.incoming.whenGone(() => (isGone = true));
    near.close();
    near.close();
    await Promise.resolve();
    assert.ok(isGone);
  });
});
