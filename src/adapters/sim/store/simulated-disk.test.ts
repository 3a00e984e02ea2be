import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Defect } from "#core/base";
import { MachineEnded, SimulatedDisk } from "./mod.ts";

suite("a simulated disk", () => {
  for (const outcome of ["kept", "lost"] as const) {
    test(`has after a write in which the machine ended all of it or nothing: ${outcome}`, () => {
      const disk = new SimulatedDisk();
      const store = disk.open();
      store.write([{ key: "a", value: "1" }]);
      disk.endInNextWrite(outcome);
      const changes = [
        { key: "a", value: undefined },
        { key: "b", value: "2" },
      ];
      assert.throws(() => store.write(changes), MachineEnded);
      // The daemon is gone with its machine: only another one may ask again.
      for (const deed of [() => store.get("a"), () => store.list(""), () => store.write([])]) {
        assert.throws(deed, Defect);
      }
      const next = disk.open();
      const keys = next.list("").map(({ key }) => key);
      assert.deepEqual(keys, outcome === "kept" ? ["b"] : ["a"]);
      assert.equal(next.write([{ key: "c", value: "3" }]), outcome === "kept" ? 3 : 2);
    });
  }
});
