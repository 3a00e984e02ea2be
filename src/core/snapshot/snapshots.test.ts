import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Known, Snapshots } from "./mod.ts";

function snapshot(heldBytes: number): Known {
  return { kind: "restored", state: { memories: [], globals: [], heldBytes }, calls: [] };
}

suite("snapshots", () => {
  test("that were not wanted for longest go first", () => {
    const snapshots = new Snapshots({ heldBytesMax: 2500, buildsMax: 10 });
    snapshots.keep("one", snapshot(700));
    snapshots.keep("two", snapshot(700));
    assert.ok(snapshots.find("one"));
    snapshots.keep("three", snapshot(700));
    assert.deepEqual(
      ["one", "two", "three"].map((name) => snapshots.find(name)?.kind),
      ["restored", undefined, "restored"],
    );
  });

  test("that are too large for all of the room are not kept", () => {
    const snapshots = new Snapshots({ heldBytesMax: 1000, buildsMax: 10 });
    snapshots.keep("one", snapshot(5000));
    assert.equal(snapshots.find("one"), undefined);
    assert.equal(snapshots.heldBytes, 0);
  });

  test("never hold more than they may, whatever is kept", () => {
    const keeping = fc.record({ name: fc.nat({ max: 9 }), bytes: fc.nat({ max: 4000 }) });
    fc.assert(
      fc.property(fc.array(keeping), (rows) => {
        const snapshots = new Snapshots({ heldBytesMax: 10_000, buildsMax: 4 });
        for (const { name, bytes } of rows) {
          const known =
            bytes % 3 === 0 ? ({ kind: "refused", why: "tried" } as const) : snapshot(bytes);
          snapshots.keep(String(name), known);
          assert.ok(snapshots.heldBytes <= 10_000);
        }
        const left = Array.from({ length: 10 }, (_, name) => snapshots.find(String(name)));
        assert.ok(left.filter((known) => known !== undefined).length <= 4);
      }),
    );
  });
});
