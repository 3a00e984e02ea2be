import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { SourceAnswer } from "#core/host";
import { Relay } from "#core/stream";
import { errno, Errno } from "#core/sys";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function textOf(answer: SourceAnswer): string {
  if (answer instanceof Errno) return answer.name;
  return answer === "end" ? "end" : new TextDecoder().decode(answer);
}

function pull({ source }: Relay, bytesMax = 100): Promise<string> {
  return new Promise((resolve) => source.pull(bytesMax, (answer) => resolve(textOf(answer))));
}

function push({ sink }: Relay, text: string): Promise<string | undefined> {
  return new Promise((resolve) => sink.push(bytesOf(text), (failed) => resolve(failed?.name)));
}

suite("relay", () => {
  test("hands a piece over in parts, and answers when all of it is taken", async () => {
    const relay = new Relay();
    let isAnswered = false;
    const pushed = push(relay, "hello").then(() => (isAnswered = true));
    assert.equal(await pull(relay, 3), "hel");
    assert.equal(isAnswered, false);
    assert.equal(await pull(relay), "lo");
    await pushed;
    relay.sink.close();
    assert.equal(await pull(relay), "end");
  });

  test("gives to who waits already, and the end after what was pushed", async () => {
    const relay = new Relay();
    const waiting = pull(relay);
    await Promise.resolve();
    const pushed = push(relay, "late");
    relay.sink.close();
    assert.deepEqual([await waiting, await pushed, await pull(relay)], ["late", undefined, "end"]);
    assert.equal(await push(relay, "more"), "EPIPE");
  });

  test("answers EPIPE when nobody reads any more", async () => {
    const relay = new Relay();
    const pushed = push(relay, "unread");
    relay.source.close();
    assert.deepEqual([await pushed, await push(relay, "more")], ["EPIPE", "EPIPE"]);
  });

  test("fails for both sides, and only once", async () => {
    const relay = new Relay();
    const pushed = push(relay, "lost");
    relay.fail(errno.ECONNRESET);
    relay.fail(errno.EIO);
    relay.sink.close();
    assert.deepEqual(await Promise.all([pushed, pull(relay), push(relay, "more")]), [
      "ECONNRESET",
      "ECONNRESET",
      "ECONNRESET",
    ]);
  });

  test("leaves bytes alone that were answered", async () => {
    const relay = new Relay();
    const bytes = bytesOf("first");
    const pushed = new Promise((resolve) => relay.sink.push(bytes, resolve));
    const taken = new Promise<SourceAnswer>((resolve) => relay.source.pull(100, resolve));
    await pushed;
    bytes.fill(0x78);
    assert.equal(textOf(await taken), "first");
  });

  test("loses and changes nothing, whatever the sizes are", async () => {
    const pieces = fc.array(fc.string({ minLength: 1, maxLength: 30 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 40 }), async (texts, bytesMax) => {
        const relay = new Relay();
        const parts: Uint8Array[] = [];
        const reading = (async () => {
          for (;;) {
            const answer = await new Promise<SourceAnswer>((resolve) =>
              relay.source.pull(bytesMax, resolve),
            );
            if (!(answer instanceof Uint8Array)) return;
            parts.push(answer);
          }
        })();
        for (const text of texts) assert.equal(await push(relay, text), undefined);
        relay.sink.close();
        await reading;
        assert.equal(Buffer.concat(parts).toString(), texts.join(""));
      }),
    );
  });
});
