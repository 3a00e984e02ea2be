import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { relieve, type Resident } from "#pool/scale/pressure";

function resident(id: string, idleSinceNs: number | undefined, memoryBytes = 10): Resident<string> {
  return { id, spec: id.slice(0, 1), memoryBytes, idleSinceNs };
}

const none: ReadonlyMap<string, number> = new Map();

suite("memory pressure", () => {
  test("ends nobody below the high mark", () => {
    const view = { usedBytes: 89, limitBytes: 100, residents: [resident("a", 0)], leastOf: none };
    const { leave, finding } = relieve(0, view);
    assert.deepEqual([leave, finding.why], [[], "memory-fine"]);
  });

  test("ends the idlest first, the larger of equals, and no more than it takes", () => {
    const residents = [
      resident("a1", 300),
      resident("b1", 100, 4),
      resident("c1", 100, 8),
      resident("d1", undefined),
      resident("e1", 200),
    ];
    const { leave } = relieve(500, { usedBytes: 92, limitBytes: 100, residents, leastOf: none });
    assert.deepEqual(leave, ["c1", "b1"]);
  });

  test("says when there is nobody to end", () => {
    const residents = [resident("a1", undefined), resident("b1", 5)];
    const leastOf = new Map([["b", 1]]);
    const { leave, finding } = relieve(9, { usedBytes: 99, limitBytes: 100, residents, leastOf });
    assert.deepEqual([leave, finding.why], [[], "memory-stuck"]);
  });

  test("never touches who has a call, nor what a spec must keep", () => {
    const all = fc.array(
      fc.record({
        spec: fc.constantFrom("a", "b", "c"),
        memoryBytes: fc.integer({ min: 1, max: 50 }),
        idleSinceNs: fc.option(fc.nat(1000), { nil: undefined }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(all, fc.nat(4), fc.nat(1500), (rows, least, usedBytes) => {
        const residents = rows.map((row, id) => ({ ...row, id }));
        const leastOf = new Map([["a", least]]);
        const { leave } = relieve(1000, { usedBytes, limitBytes: 1000, residents, leastOf });
        const gone = new Set(leave);
        assert.ok(leave.every((id) => residents[id]?.idleSinceNs !== undefined));
        const kept = residents.filter(({ id, spec }) => spec === "a" && !gone.has(id)).length;
        const had = residents.filter(({ spec }) => spec === "a").length;
        assert.ok(kept >= Math.min(least, had));
      }),
    );
  });
});
