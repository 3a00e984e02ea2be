import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import { Alarm, Pipe, WaitQueue } from "#core/stream";
import { errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function readText(pipe: Pipe, sizeBytes = 100): string {
  const target = new Uint8Array(sizeBytes);
  return decoder.decode(target.subarray(0, pipe.read(target)));
}

function saved(pipe: Pipe): Uint8Array {
  const writer = new ByteWriter();
  pipe.save(writer);
  return writer.toBytes();
}

suite("pipe", () => {
  test("carries bytes in order, as many as it has room for", () => {
    const pipe = new Pipe(4);
    assert.equal(pipe.write(encoder.encode("abcdef")), 4);
    assert.deepEqual([pipe.isWritable(), pipe.roomBytes, readText(pipe, 3)], [false, 0, "abc"]);
    assert.equal(pipe.write(encoder.encode("ef")), 2);
    assert.deepEqual([readText(pipe), pipe.isReadable()], ["def", false]);
  });

  test("wakes readers when bytes come, writers when room does, and neither for nothing", () => {
    const pipe = new Pipe(4);
    const woken: string[] = [];
    pipe.readable.add({ wake: () => woken.push("reader") });
    pipe.writable.add({ wake: () => woken.push("writer") });
    readText(pipe);
    pipe.write(new Uint8Array(0));
    assert.deepEqual(woken, []);
    pipe.write(new Uint8Array(9));
    pipe.write(new Uint8Array(9));
    readText(pipe);
    assert.deepEqual(woken, ["reader", "writer"]);
  });

  test("answers EPIPE once the last reader has closed, and wakes the writers for it", () => {
    const pipe = new Pipe(1);
    pipe.write(Uint8Array.of(1));
    let wakes = 0;
    pipe.writable.add({ wake: () => (wakes += 1) });
    pipe.closeReader();
    assert.deepEqual(
      [wakes, pipe.isWritable(), pipe.write(Uint8Array.of(1))],
      [1, true, errno.EPIPE],
    );
  });

  test("is at its end once the last writer has closed and all is read", () => {
    const pipe = new Pipe();
    pipe.write(encoder.encode("rest"));
    let wakes = 0;
    pipe.readable.add({ wake: () => (wakes += 1) });
    pipe.closeWriter();
    assert.deepEqual(
      [wakes, readText(pipe), pipe.isReadable(), readText(pipe)],
      [1, "rest", true, ""],
    );
  });

  test("is the same after it was saved and restored", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (bytes, skipped) => {
        const pipe = new Pipe(50);
        pipe.write(bytes);
        pipe.read(new Uint8Array(skipped));
        pipe.write(bytes);
        pipe.closeWriter();
        const copy = Pipe.restore(new ByteReader(saved(pipe)));
        assert.deepEqual(saved(copy), saved(pipe));
        assert.deepEqual([copy.roomBytes, copy.isReadable()], [pipe.roomBytes, pipe.isReadable()]);
        assert.equal(readText(copy), readText(pipe));
      }),
    );
  });

  test("takes nothing but what was saved: the rest is malformed", () => {
    const broken = (capacity: number, bytes: number): Uint8Array => {
      const writer = new ByteWriter();
      for (const number of [capacity, 1, 1]) writer.unsigned(number);
      writer.bytes(new Uint8Array(bytes));
      return writer.toBytes();
    };
    for (const bytes of [broken(0, 0), broken(3, 4), broken(9, 9).subarray(0, 8)]) {
      assert.throws(() => Pipe.restore(new ByteReader(bytes)), MalformedBytes);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        try {
          Pipe.restore(new ByteReader(bytes));
        } catch (thrown) {
          assert.ok(thrown instanceof MalformedBytes, String(thrown));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

suite("wait queue", () => {
  test("wakes everybody in it, each once, and lets them leave meanwhile", () => {
    const queue = new WaitQueue();
    const woken: string[] = [];
    const first = {
      wake(): void {
        woken.push("first");
        queue.remove(first);
      },
    };
    queue.add(first);
    queue.add(first);
    queue.add({ wake: () => woken.push("second") });
    queue.wake();
    queue.wake();
    assert.deepEqual(woken, ["first", "second", "second"]);
    assert.equal(queue.isEmpty, false);
  });
});

suite("alarm", () => {
  test("rings once its time has come, not before", async () => {
    const { time } = simulatedHost({ seed: 1 });
    const alarm = new Alarm(time, 1000);
    let rings = 0;
    alarm.rings.add({ wake: () => (rings += 1) });
    await time.runFor(999);
    assert.deepEqual([rings, alarm.hasRung], [0, false]);
    await time.runFor(1);
    assert.deepEqual([rings, alarm.hasRung], [1, true]);
    alarm.cancel();
    await time.run();
    assert.equal(rings, 1);
  });

  test("does not ring once it was cancelled", async () => {
    const { time } = simulatedHost({ seed: 1 });
    const alarm = new Alarm(time, 1000);
    alarm.cancel();
    await time.run();
    assert.equal(alarm.hasRung, false);
  });
});
