import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Cursor, type Entry } from "#core/journal/format";
import { errno } from "#core/sys";
import { FlightBudget } from "./budget.ts";
import { Ring } from "./ring.ts";

const KiB = 1024;
const tick: Entry = { kind: "realtime", ns: 1n };
const call: Entry = { kind: "call", row: 1, parameters: [] };

function input(lengthBytes: number): Entry {
  return { kind: "pulled", port: 0, result: new Uint8Array(lengthBytes).fill(97) };
}

function ringOf(bytesMax: number, budget: FlightBudget = new FlightBudget()): Ring {
  return new Ring(budget, bytesMax);
}

function entriesOf(ring: Ring): Entry[] {
  const cursor = new Cursor((index) => (index === 0 ? ring.bytes() : undefined));
  const all: Entry[] = [];
  while (cursor.peek() !== undefined) all.push(cursor.take());
  return all;
}

const contents = fc.integer({ min: 1, max: 12 * KiB }).map((length) => new Uint8Array(length));
const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
const listing = fc.array(names.map((name) => ({ name, kind: "regular" as const, inode: 1n })));

/** Entries of each kind that may hold much, and of some that do not. */
const entries: fc.Arbitrary<Entry> = fc.oneof(
  fc.constant(tick),
  fc
    .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 9 })
    .map((parameters): Entry => ({ kind: "call", row: 2, parameters })),
  fc.constantFrom(undefined, errno.EIO).map((failed): Entry => ({
    kind: "pushed",
    port: 2 ** 40,
    failed,
  })),
  contents.map((bytes): Entry => ({ kind: "entropy", bytes })),
  contents.map((taken): Entry => ({ kind: "offered", port: 1, failed: undefined, taken })),
  contents.map((bytes): Entry => ({ kind: "output", port: 1, bytes })),
  contents.map((result): Entry => ({ kind: "pulled", port: 0, result })),
  contents.map((answer): Entry => ({
    kind: "asked",
    port: 3,
    question: { call: "read", subject: [1, 0, answer.length], answer },
  })),
  contents.map((content): Entry => ({
    kind: "asked",
    port: 3,
    question: { call: "write", subject: [1, 0, content], answer: content.length },
  })),
  listing.map((answer): Entry => ({
    kind: "asked",
    port: 3,
    question: { call: "list", subject: [0], answer },
  })),
  fc.tuple(names, names).map(([name, target]): Entry => ({
    kind: "asked",
    port: 3,
    question: {
      call: "makeSymlink",
      subject: [0, name.repeat(40), target.repeat(90)],
      answer: undefined,
    },
  })),
);

/** How much an entry holds, however it is made. */
function contentOf(entry: Entry): unknown[] {
  switch (entry.kind) {
    case "entropy":
    case "output":
      return [...entry.bytes];
    case "offered":
      return [...entry.taken];
    case "pulled":
    case "handed":
      return entry.result instanceof Uint8Array ? [...entry.result] : [];
    case "asked": {
      const { question } = entry;
      if (question.call === "write") return [...question.subject[2]];
      const { answer } = question;
      return answer instanceof Uint8Array || Array.isArray(answer) ? [...answer] : [];
    }
    default:
      return [];
  }
}

/** Compares what is kept with what was appended last; what was shortened, by its start. */
function assertIsEnd(kept: readonly Entry[], appended: readonly Entry[]): void {
  const whole = kept.filter(({ kind }) => kind !== "cut");
  const last = appended.slice(appended.length - whole.length);
  let index = 0;
  for (const entry of kept) {
    if (entry.kind === "cut") {
      const shown = contentOf(whole[index - 1] ?? tick);
      const full = contentOf(last[index - 1] ?? tick);
      assert.deepEqual(full.slice(0, shown.length), shown);
      assert.equal(full.length - shown.length, entry.left);
    } else {
      assert.equal(entry.kind, last[index]?.kind);
      index += 1;
    }
  }
}

suite("a ring", () => {
  test("holds next to nothing of a process that does next to nothing", () => {
    const ring = ringOf(256 * KiB);
    assert.equal(ring.heldBytes, 0);
    for (let count = 0; count < 8; count++) ring.append(tick);
    assert.equal(ring.heldBytes, 256);
  });

  test("holds all that came, as it came, until it is full", () => {
    const ring = ringOf(64 * KiB);
    const appended = [call, input(10_000), tick, input(20_000), call];
    for (const entry of appended) ring.append(entry);
    assert.deepEqual(entriesOf(ring), appended);
    assert.equal(ring.isWhole, true);
  });

  test("forgets the oldest when it is full, an eighth at a time, and counts it", () => {
    const ring = ringOf(8 * KiB);
    let count = 0;
    for (; ring.isWhole; count++) ring.append(count % 2 === 0 ? call : tick);
    for (let more = 0; more < 10_000; more++, count++) ring.append(count % 2 === 0 ? call : tick);
    const kept = entriesOf(ring);
    assert.equal(ring.missingEntries + kept.length, count);
    const calls = kept.filter(({ kind }) => kind === "call").length;
    assert.equal(ring.missingCalls + calls, Math.ceil(count / 2));
    assert.ok(ring.bytes().length > 6 * KiB, "seven eighths are always there");
  });

  test("keeps of a large input only the beginning once its own is lost, and says so", () => {
    const ring = ringOf(8 * KiB);
    ring.append(call);
    ring.append(input(100_000));
    ring.append(tick);
    assert.equal(ring.isWhole, false);
    assert.deepEqual([ring.missingEntries, ring.missingCalls], [0, 0]);
    assert.deepEqual(entriesOf(ring), [call, input(256), { kind: "cut", left: 99_744 }, tick]);
  });

  test("counts as missing what even an empty one has no room for", () => {
    const ring = ringOf(4 * KiB);
    const name = "n".repeat(5 * KiB);
    ring.append(call);
    const question = { call: "readLink", subject: [0, "a"], answer: name } as const;
    ring.append({ kind: "asked", port: 3, question });
    ring.append(tick);
    assert.deepEqual([ring.missingEntries, ring.missingCalls], [2, 1]);
    assert.deepEqual(entriesOf(ring), [tick]);
  });

  test("never holds more than it may, and always the end, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 2 }), entries), { maxLength: 120, size: "max" }),
        fc.constantFrom(4 * KiB, 9 * KiB, 64 * KiB),
        fc.constantFrom(64 * KiB, 80 * KiB),
        (appended, bytesMax, budgetBytes) => {
          const budget = new FlightBudget(budgetBytes);
          const rings = [0, 1, 2].map(() => ringOf(bytesMax, budget));
          const all: Entry[][] = [[], [], []];
          for (const [index, entry] of appended) {
            rings[index]?.append(entry);
            all[index]?.push(entry);
            for (const ring of rings) assert.ok(ring.heldBytes <= bytesMax);
            const heldBytes = rings.reduce((sum, ring) => sum + ring.heldBytes, 0);
            assert.equal(budget.usedBytes, heldBytes);
            assert.ok(heldBytes <= budgetBytes);
          }
          for (const [index, ring] of rings.entries()) {
            const kept = entriesOf(ring);
            const whole = kept.filter(({ kind }) => kind !== "cut");
            assertIsEnd(kept, all[index] ?? []);
            assert.equal(ring.missingEntries + whole.length, all[index]?.length);
            if (ring.isWhole) assert.deepEqual(kept.length, all[index]?.length);
            ring.release();
          }
          assert.equal(budget.usedBytes, 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

suite("a budget", () => {
  test("has those give first who hold most, half of what they hold", () => {
    const budget = new FlightBudget(64 * KiB);
    const [large, small, third] = [0, 1, 2].map(() => ringOf(40 * KiB, budget));
    assert.ok(large !== undefined && small !== undefined && third !== undefined);
    for (let count = 0; count < 9; count++) large.append(input(4 * KiB));
    for (let count = 0; count < 3; count++) small.append(input(4 * KiB));
    const before = [large.heldBytes, small.heldBytes];
    for (let count = 0; count < 4; count++) third.append(input(4 * KiB));
    assert.ok(large.heldBytes <= (before[0] ?? 0) / 2);
    assert.equal(large.isWhole, false);
    assert.equal(small.heldBytes, before[1]);
    assert.ok(small.isWhole && third.isWhole);
  });

  test("has room again when rings are released", () => {
    const budget = new FlightBudget(64 * KiB);
    for (let count = 0; count < 20; count++) {
      const ring = ringOf(40 * KiB, budget);
      for (let more = 0; more < 6; more++) ring.append(input(4 * KiB));
      assert.ok(ring.isWhole);
      ring.release();
    }
    assert.equal(budget.usedBytes, 0);
  });
});
