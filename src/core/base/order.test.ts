import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { ByteQueue, Defect, SeededRandom, unreachable } from "#core/base";
import { Heap } from "#core/base/collections";

const step = fc.oneof(
  fc.record({ push: fc.uint8Array({ maxLength: 700 }) }),
  fc.record({ shift: fc.nat(700) }),
  fc.record({ copy: fc.nat(700) }),
  fc.record({ skip: fc.nat(700) }),
);

suite("byte queue", () => {
  test("does what a plain list of bytes with a bound does", () => {
    const capacities = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(capacities, fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const queue = new ByteQueue(capacity);
        let model: number[] = [];
        for (const each of steps) {
          if ("push" in each) {
            const taken = Math.min(each.push.length, capacity - model.length);
            assert.equal(queue.push(each.push), taken);
            model.push(...each.push.subarray(0, taken));
          } else if ("skip" in each) {
            const count = Math.min(each.skip, model.length);
            queue.skip(count);
            model = model.slice(count);
          } else {
            const target = new Uint8Array("shift" in each ? each.shift : each.copy);
            const count = "shift" in each ? queue.shift(target) : queue.copy(target);
            assert.deepEqual([...target.subarray(0, count)], model.slice(0, target.length));
            if ("shift" in each) model = model.slice(count);
          }
          assert.equal(queue.lengthBytes, model.length);
          assert.equal(queue.roomBytes, capacity - model.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("drops no more than it holds, and holds something", () => {
    const queue = new ByteQueue(2);
    queue.push(Uint8Array.of(1));
    assert.throws(() => queue.skip(2), Defect);
    assert.throws(() => new ByteQueue(0), Defect);
  });
});

suite("heap", () => {
  test("gives out in order what a sorted list would, whatever was pushed meanwhile", () => {
    const steps = fc.array(fc.oneof(fc.integer(), fc.constant("pop" as const)));
    fc.assert(
      fc.property(steps, (list) => {
        const heap = new Heap<number>((a, b) => a < b);
        const model: number[] = [];
        for (const each of list) {
          if (each === "pop") {
            assert.equal(heap.peek(), model[0]);
            assert.equal(heap.pop(), model.shift());
          } else {
            heap.push(each);
            model.push(each);
            model.sort((a, b) => a - b);
          }
          assert.equal(heap.size, model.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("is empty when the last item was taken", () => {
    const heap = new Heap<number>((a, b) => a < b);
    heap.push(1);
    assert.deepEqual(
      [heap.pop(), heap.pop(), heap.peek(), heap.size],
      [1, undefined, undefined, 0],
    );
  });
});

suite("seeded random", () => {
  const draw = (seed: number): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 50 }, () => random.next());
  };

  test("gives the same numbers for a seed, and others for its neighbour", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        assert.deepEqual(draw(seed), draw(seed));
        assert.notDeepEqual(draw(seed), draw(seed + 1));
      }),
    );
  });

  test("stays the same from one version to the next, so that old seeds keep their meaning", () => {
    assert.deepEqual(draw(1).slice(0, 4), [3063500945, 52107484, 3520520, 3760476048]);
  });

  test("stays below its bound and reaches every number there", () => {
    const random = new SeededRandom(3);
    const seen = new Set(Array.from({ length: 1000 }, () => random.below(7)));
    assert.deepEqual(
      [...seen].toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6],
    );
  });

  test("fills bytes evenly enough for a test", () => {
    const bytes = new Uint8Array(64 * 256);
    new SeededRandom(9).fill(bytes);
    const counts = new Uint32Array(256);
    for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
    assert.ok(Math.min(...counts) > 20 && Math.max(...counts) < 130, String(counts));
  });
});

suite("assert", () => {
  test("tells a value that no type allows apart as our own mistake", () => {
    assert.throws(() => unreachable("surprise" as never), /Defect: unreachable value: surprise/);
  });
});
