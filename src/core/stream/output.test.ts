import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "#core/base";
import type { ByteSink } from "#core/host";
import { Capture, OutputStream } from "#core/stream";
import { errno, type Errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const bufferBytes = 64 * 1024;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A sink without a short way: each push waits until the test answers it. */
class PushSink implements ByteSink {
  readonly pushed: string[] = [];
  isClosed = false;
  #answer: ((failed: Errno | undefined) => void) | undefined = undefined;

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    assert.equal(this.#answer, undefined, "one push at a time");
    this.pushed.push(decoder.decode(bytes));
    this.#answer = answer;
  }

  answer(failed?: Errno): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(failed);
  }

  close(): void {
    this.isClosed = true;
  }
}

function write(stream: OutputStream, text: string): number | Errno {
  return stream.write(encoder.encode(text));
}

suite("output stream", () => {
  test("keeps what is written until it is flushed, and hands it over in one piece", () => {
    const sink = new PushSink();
    const stream = new OutputStream(sink);
    write(stream, "one ");
    write(stream, "two");
    assert.deepEqual([sink.pushed, stream.isFlushed], [[], false]);
    stream.flush();
    assert.deepEqual(sink.pushed, ["one two"]);
    sink.answer();
    assert.equal(stream.isFlushed, true);
  });

  test("wakes who waits for room when it makes some at once", () => {
    const stream = new OutputStream({
      tryPush: (bytes) => bytes.length,
      push: () => assert.fail("all was taken"),
      close: () => undefined,
    });
    let wakes = 0;
    stream.writable.add({ wake: () => (wakes += 1) });
    write(stream, "x".repeat(bufferBytes));
    assert.equal(stream.isReady(), false);
    stream.flush();
    assert.deepEqual([stream.isReady(), wakes], [true, 1]);
  });

  test("takes writes while a push is under way and delivers them after it", () => {
    const sink = new PushSink();
    const stream = new OutputStream(sink);
    write(stream, "a");
    stream.flush();
    write(stream, "b");
    stream.flush();
    write(stream, "c");
    assert.deepEqual(sink.pushed, ["a"]);
    sink.answer();
    assert.deepEqual(sink.pushed, ["a", "bc"]);
  });

  test("takes no more than its buffer holds, and wakes a writer when there is room", () => {
    const sink = new PushSink();
    const stream = new OutputStream(sink);
    let wakes = 0;
    stream.writable.add({ wake: () => (wakes += 1) });
    assert.equal(stream.write(new Uint8Array(bufferBytes + 10)), bufferBytes);
    assert.deepEqual([stream.isReady(), stream.roomBytes, write(stream, "x")], [false, 0, 0]);
    sink.answer();
    assert.deepEqual([wakes > 0, stream.isReady(), stream.roomBytes], [true, true, bufferBytes]);
  });

  test("passes a large write on at once when the sink takes it without waiting", () => {
    const collecting = simulatedHost({ seed: 1 }).sink();
    const stream = new OutputStream(collecting);
    const large = new Uint8Array(5 * bufferBytes + 3).map((_, index) => index);
    assert.equal(stream.write(large), large.length);
    stream.flush();
    assert.deepEqual(collecting.bytes, large);
  });

  test("answers a failed sink's error to every later write, and drops what it held", () => {
    const sink = new PushSink();
    const stream = new OutputStream(sink);
    let wakes = 0;
    stream.writable.add({ wake: () => (wakes += 1) });
    stream.write(new Uint8Array(bufferBytes + 1));
    sink.answer(errno.EPIPE);
    assert.deepEqual([wakes, stream.isReady(), stream.isFlushed], [1, true, true]);
    assert.deepEqual([write(stream, "x"), write(stream, "")], [errno.EPIPE, errno.EPIPE]);
    stream.flush();
    assert.equal(sink.pushed.length, 1);
  });

  test("tells the writer how much was taken before a sink that fails at once did", () => {
    const taken: number[] = [];
    const stream = new OutputStream({
      tryPush(bytes) {
        taken.push(bytes.length);
        return taken.length > 1 ? errno.ENOSPC : bytes.length;
      },
      push: () => assert.fail("nothing is left to push"),
      close: () => undefined,
    });
    assert.equal(stream.write(new Uint8Array(3 * bufferBytes)), 2 * bufferBytes);
    assert.equal(write(stream, "x"), errno.ENOSPC);
  });

  test("closes its sink after the last byte, once, and tells who asked", () => {
    const sink = new PushSink();
    const stream = new OutputStream(sink);
    const told: string[] = [];
    stream.whenClosed(() => told.push("closed"));
    stream.whenDelivered(() => told.push("nothing to deliver"));
    write(stream, "last");
    stream.whenDelivered(() => told.push("delivered"));
    stream.close();
    stream.close();
    assert.deepEqual([told, sink.isClosed], [["nothing to deliver"], false]);
    sink.answer();
    assert.deepEqual(told, ["nothing to deliver", "delivered", "closed"]);
    assert.equal(sink.isClosed, true);
    stream.whenDelivered(() => told.push("still"));
    assert.equal(told.at(-1), "still");
  });

  test("closes its sink also when what it held cannot be delivered any more", () => {
    const sink = new PushSink();
    const stream = new OutputStream(sink);
    write(stream, "lost");
    stream.close();
    sink.answer(errno.ECONNRESET);
    assert.equal(sink.isClosed, true);
  });

  test("delivers what it accepted, in order and once, through any slow sink", async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 3 * bufferBytes }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), sizes, async (seed, writes) => {
        const host = simulatedHost({ seed });
        const random = new SeededRandom(seed);
        const sink = host.sink({ roomBytes: random.below(1000) });
        const stream = new OutputStream(sink);
        const accepted: Uint8Array[] = [];
        for (const size of writes) {
          const bytes = new Uint8Array(size);
          random.fill(bytes);
          accepted.push(bytes.subarray(0, stream.write(bytes) as number));
          if (random.below(2) === 0) stream.flush();
          if (random.below(2) === 0) sink.drain(random.below(2 * bufferBytes));
          if (random.below(2) === 0) await host.time.run();
        }
        stream.close();
        sink.drain(Infinity);
        await host.time.run();
        assert.equal(Buffer.compare(sink.bytes, Buffer.concat(accepted)), 0);
        assert.equal(sink.isClosed, true);
      }),
      { numRuns: 60 },
    );
  });
});

suite("capture", () => {
  test("keeps the last bytes up to its bound, however they came", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), pieces, (bound, list) => {
        const capture = new Capture(bound);
        for (const piece of list) assert.equal(capture.tryPush(piece), piece.length);
        const all = Buffer.concat(list);
        assert.deepEqual([...capture.bytes()], [...all.subarray(Math.max(0, all.length - bound))]);
        assert.equal(capture.totalBytes, all.length);
      }),
      { numRuns: 500 },
    );
  });

  test("keeps a copy, not the writer's own bytes", () => {
    const capture = new Capture();
    const bytes = encoder.encode("before");
    capture.tryPush(bytes);
    bytes.fill(0);
    assert.equal(capture.text(), "before");
  });

  test("answers a push in a later turn, and shows what is no UTF-8 as a replacement", async () => {
    const capture = new Capture();
    const answers: unknown[] = [];
    capture.push(Uint8Array.of(0x61, 0xff), (failed) => answers.push(failed));
    assert.deepEqual(answers, []);
    await Promise.resolve();
    capture.close();
    assert.deepEqual([answers, capture.text()], [[undefined], "a\uFFFD"]);
  });
});
