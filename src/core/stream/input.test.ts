import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { ByteSource, SourceAnswer } from "#core/host";
import { content, Feed, InputStream } from "#core/stream";
import { errno, Errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Reads whatever can be read now. */
function readNow(stream: InputStream, sizeBytes = 100): string | Errno | undefined {
  if (!stream.isReady()) return undefined;
  const target = new Uint8Array(sizeBytes);
  const count = stream.read(target);
  return count instanceof Errno ? count : decoder.decode(target.subarray(0, count));
}

/** A source whose request the test answers itself. */
function askedSource(): ByteSource & { answer?: (result: SourceAnswer) => void; closed: number } {
  return {
    closed: 0,
    pull(_bytesMax, answer) {
      this.answer = answer;
    },
    close() {
      this.closed += 1;
    },
  };
}

suite("input stream", () => {
  test("asks its source only once somebody wants to read, and once at a time", async () => {
    const { time } = simulatedHost({ seed: 1 });
    const pulls: number[] = [];
    const stream = new InputStream({ pull: (max) => pulls.push(max), close: () => undefined });
    await time.run();
    assert.deepEqual(pulls, []);
    assert.deepEqual([stream.isReady(), stream.isReady()], [false, false]);
    assert.equal(pulls.length, 1);
  });

  test("hands over what arrived piece by piece, and asks for more after the last", async () => {
    const host = simulatedHost({ seed: 1 });
    const stream = new InputStream(host.source("hello"));
    let wakes = 0;
    stream.readable.add({ wake: () => (wakes += 1) });
    assert.equal(readNow(stream), undefined);
    await host.time.run();
    assert.deepEqual([wakes, stream.availableBytes], [1, 5]);
    assert.deepEqual([readNow(stream, 2), readNow(stream, 3)], ["he", "llo"]);
    assert.equal(stream.isReady(), false);
    await host.time.run();
    assert.deepEqual([readNow(stream), readNow(stream), stream.isEnded], ["", "", true]);
    assert.equal(stream.readBytes, 5);
  });

  test("that fails gives what is there, and then the reason, whatever still comes", async () => {
    const host = simulatedHost({ seed: 1 });
    const stream = new InputStream(host.source("hello"));
    let wakes = 0;
    stream.readable.add({ wake: () => (wakes += 1) });
    assert.equal(readNow(stream), undefined);
    await host.time.run();
    assert.equal(readNow(stream, 2), "he");
    stream.fail(errno.ECONNABORTED);
    assert.deepEqual([wakes, readNow(stream), readNow(stream)], [2, "llo", errno.ECONNABORTED]);
    const waiting = new InputStream(host.source("late"));
    assert.equal(readNow(waiting), undefined);
    waiting.fail(errno.ECONNABORTED);
    await host.time.run();
    assert.equal(readNow(waiting), errno.ECONNABORTED);
    const over = new InputStream(host.source(""));
    over.close();
    over.fail(errno.ECONNABORTED);
    assert.equal(readNow(over), "");
  });

  test("asks a source that knows already for what it has, and waits for one that does not", () => {
    const known: SourceAnswer[] = [encoder.encode("ab"), encoder.encode("c")];
    const pulls: number[] = [];
    const stream = new InputStream({
      tryPull: () => known.shift(),
      pull: (bytesMax) => pulls.push(bytesMax),
      close: () => undefined,
    });
    assert.deepEqual([readNow(stream, 1), readNow(stream), readNow(stream)], ["a", "b", "c"]);
    assert.deepEqual([readNow(stream), pulls.length], [undefined, 1]);
    // While it is asked, it is not asked for anything else.
    known.push("end");
    assert.deepEqual([readNow(stream), known.length], [undefined, 1]);
  });

  test("has all of what is known from the start, and its end", () => {
    const stream = new InputStream(content("abc"));
    assert.deepEqual([readNow(stream, 2), readNow(stream), readNow(stream)], ["ab", "c", ""]);
    assert.equal(stream.isEnded, true);
  });

  test("lets bytes be looked at without taking them", async () => {
    const host = simulatedHost({ seed: 1 });
    const stream = new InputStream(host.source("ab"));
    stream.isReady();
    await host.time.run();
    const target = new Uint8Array(1);
    assert.deepEqual([stream.peek(target), stream.peek(target), target[0]], [1, 1, 97]);
    assert.equal(stream.readBytes, 0);
    assert.equal(readNow(stream), "ab");
  });

  test("answers its source's error to every later read, after what came before it", async () => {
    const host = simulatedHost({ seed: 1 });
    const stream = new InputStream(host.source().feed("last").fail(errno.ECONNRESET));
    stream.isReady();
    await host.time.run();
    assert.equal(readNow(stream), "last");
    assert.equal(stream.isReady(), false);
    await host.time.run();
    assert.deepEqual([readNow(stream), readNow(stream)], [errno.ECONNRESET, errno.ECONNRESET]);
    assert.equal(stream.isEnded, false);
  });

  test("is at its end once closed, wakes who waits, and drops an answer that comes late", () => {
    const source = askedSource();
    const stream = new InputStream(source);
    let wakes = 0;
    stream.readable.add({ wake: () => (wakes += 1) });
    stream.isReady();
    stream.close();
    assert.deepEqual([wakes, source.closed, stream.isEnded], [1, 1, true]);
    source.answer?.(Uint8Array.of(1));
    assert.deepEqual([wakes, stream.availableBytes, readNow(stream)], [1, 0, ""]);
    stream.close();
    assert.equal(source.closed, 1);
  });

  test("closes its source once, also when that had ended or failed before", () => {
    for (const last of ["end", errno.EIO] as const) {
      const source = askedSource();
      const stream = new InputStream(source);
      stream.isReady();
      source.answer?.(last);
      stream.close();
      stream.close();
      assert.equal(source.closed, 1);
    }
  });

  test("delivers every byte once and in order, however short answers and reads", async () => {
    const reads = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ maxLength: 200 }), reads, async (...given) => {
        const [seed, bytes, sizes] = given;
        const host = simulatedHost({ seed, shortReads: true });
        const stream = new InputStream(host.source(bytes));
        const read: number[] = [];
        for (let index = 0; !stream.isEnded; index++) {
          if (!stream.isReady()) await host.time.run();
          const target = new Uint8Array(sizes[index % sizes.length] ?? 1);
          read.push(...target.subarray(0, stream.read(target) as number));
        }
        assert.deepEqual(read, [...bytes]);
      }),
      { numRuns: 50 },
    );
  });
});

suite("content", () => {
  test("gives its bytes in pieces as large as asked for, then the end for ever", async () => {
    const source = content("hello");
    const next = (max: number): Promise<SourceAnswer> =>
      new Promise((resolve) => source.pull(max, resolve));
    const pieces = [await next(2), await next(9), await next(9), await next(9)];
    assert.deepEqual(pieces, [encoder.encode("he"), encoder.encode("llo"), "end", "end"]);
  });

  test("is at its end once closed", async () => {
    const source = content(Uint8Array.of(1, 2));
    source.close();
    assert.equal(await new Promise((resolve) => source.pull(5, resolve)), "end");
  });
});

suite("feed", () => {
  const next = (feed: Feed, max = 100): Promise<SourceAnswer> =>
    new Promise((resolve) => feed.pull(max, resolve));

  test("answers a waiting request once something is written, never inside the call", async () => {
    const feed = new Feed();
    const answers: SourceAnswer[] = [];
    feed.pull(2, (answer) => answers.push(answer));
    feed.write("abc");
    assert.deepEqual(answers, []);
    await Promise.resolve();
    assert.deepEqual(answers, [encoder.encode("ab")]);
    assert.deepEqual(await next(feed), encoder.encode("c"));
  });

  test("finds its end after what was written, and takes nothing more", async () => {
    const feed = new Feed();
    feed.write("x");
    feed.end();
    assert.equal(feed.write("y"), 0);
    assert.deepEqual([await next(feed), await next(feed)], [encoder.encode("x"), "end"]);
  });

  test("takes no more than it has room for, and says when there is room again", async () => {
    const feed = new Feed();
    const megabyte = new Uint8Array(1024 * 1024 + 1);
    assert.equal(feed.write(megabyte), 1024 * 1024);
    assert.equal(feed.write("more"), 0);
    let isSettled = false;
    const room = feed.room().finally(() => (isSettled = true));
    await Promise.resolve();
    assert.equal(isSettled, false);
    await next(feed, 4);
    assert.equal(await room, true);
    assert.equal(feed.write("more!"), 4);
  });

  test("forgets everything when its reader goes, and tells who waits to write", async () => {
    const feed = new Feed();
    feed.write(new Uint8Array(1024 * 1024));
    const room = feed.room();
    feed.close();
    assert.deepEqual([await room, await feed.room()], [false, false]);
    assert.equal(feed.write("late"), 0);
    assert.equal(await next(feed), "end");
  });
});
