import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { DescriptorTable } from "#core/kernel";
import { errno } from "#core/sys";

class Entry {
  readonly name: number;
  closed = 0;

  constructor(name: number) {
    this.name = name;
  }

  close(): void {
    this.closed += 1;
  }
}

/** What a table should do, in the plainest way. */
class Model {
  readonly entries = new Map<number, Entry>();
  readonly countMax: number;

  constructor(countMax: number) {
    this.countMax = countMax;
  }

  lowestFree(): number {
    for (let fd = 0; ; fd++) if (!this.entries.has(fd)) return fd;
  }
}

const fd = fc.oneof(fc.nat(12), fc.constantFrom(-1, 2 ** 31, 2 ** 32 - 1, 1e6));
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(["add"] as const) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("remove" as const), fd) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("renumber" as const), fd, fd) },
  ),
  { maxLength: 60 },
);

suite("descriptor table", () => {
  test("does what a plain map with a lowest free number does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), steps, (countMax, list) => {
        const table = new DescriptorTable<Entry>(countMax);
        const model = new Model(countMax);
        let made = 0;
        for (const step of list) {
          if (step[0] === "add") {
            const entry = new Entry((made += 1));
            const isFull = model.entries.size === countMax;
            const wanted = model.lowestFree();
            assert.equal(table.add(entry), isFull ? errno.EMFILE : wanted);
            if (!isFull) model.entries.set(wanted, entry);
          } else if (step[0] === "remove") {
            assert.equal(table.remove(step[1]), model.entries.get(step[1]));
            model.entries.delete(step[1]);
          } else {
            renumberBoth(table, model, step[1], step[2]);
          }
          assert.deepEqual(
            [...table.entries()],
            [...model.entries].toSorted(([a], [b]) => a - b),
          );
          assert.equal(table.count, model.entries.size);
          assert.equal(table.isFull, model.entries.size === countMax);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("has nothing at a number that was never given out, however large or small", () => {
    const table = new DescriptorTable<Entry>(10);
    table.add(new Entry(1));
    for (const number of [1, -1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32 - 2]) {
      assert.equal(table.get(number), undefined);
      assert.equal(table.remove(number), undefined);
    }
    assert.equal(table.count, 1);
  });

  test("closes all it holds, once each, and is empty then", () => {
    const table = new DescriptorTable<Entry>(10);
    const entries = [1, 2, 3].map((name) => new Entry(name));
    for (const entry of entries) table.add(entry);
    table.remove(1);
    table.closeAll();
    table.closeAll();
    assert.deepEqual(
      entries.map((entry) => entry.closed),
      [1, 0, 1],
    );
    assert.equal(table.count, 0);
    assert.equal(table.add(new Entry(4)), 0);
  });
});

function renumberBoth(table: DescriptorTable<Entry>, model: Model, from: number, to: number): void {
  const moved = model.entries.get(from);
  const replaced = model.entries.get(to);
  const isKnown = moved !== undefined && replaced !== undefined;
  assert.equal(table.renumber(from, to), isKnown ? undefined : errno.EBADF);
  if (!isKnown || moved === replaced) return;
  assert.equal(replaced.closed, 1);
  assert.equal(moved.closed, 0);
  model.entries.delete(from);
  model.entries.set(to, moved);
}
