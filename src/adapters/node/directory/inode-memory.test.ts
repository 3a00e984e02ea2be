import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { InodeMemory } from "./inode-memory.ts";

const nowNs = 1_000_000_000_000n;
const settled = { dev: 1n, ino: 2n, ctimeNs: nowNs - 10_000_000_000n };

function newMemory(): InodeMemory {
  return new InodeMemory(() => nowNs);
}

suite("memory of inode numbers", () => {
  test("knows what was learned of a directory that has not changed since", () => {
    const memory = newMemory();
    memory.of(settled, 1).set("file", 7n);
    assert.equal(memory.of({ ...settled }, 1).get("file"), 7n);
  });

  test("knows nothing of one that has changed, or of another", () => {
    const memory = newMemory();
    memory.of(settled, 1).set("file", 7n);
    assert.equal(memory.of({ ...settled, dev: 3n }, 1).size, 0);
    assert.equal(memory.of({ ...settled, ino: 3n }, 1).size, 0);
    assert.equal(memory.of({ ...settled, ctimeNs: settled.ctimeNs + 1n }, 1).size, 0);
    assert.equal(memory.of(settled, 1).size, 0);
  });

  test("keeps nothing of one that changed just now and may do so unseen", () => {
    const memory = newMemory();
    const fresh = { ...settled, ctimeNs: nowNs - 1_000_000_000n };
    memory.of(fresh, 1).set("file", 7n);
    assert.equal(memory.of(fresh, 1).size, 0);
    const future = { ...settled, ctimeNs: nowNs + 5n };
    memory.of(future, 1).set("file", 7n);
    assert.equal(memory.of(future, 1).size, 0);
  });

  test("is bounded: too many names and it begins anew", () => {
    const memory = newMemory();
    memory.of(settled, 40_000).set("file", 7n);
    memory.of({ ...settled, ino: 3n }, 40_000).set("other", 8n);
    assert.equal(memory.of({ ...settled, ino: 3n }, 40_000).get("other"), 8n);
    assert.equal(memory.of(settled, 40_000).size, 0);
  });
});
