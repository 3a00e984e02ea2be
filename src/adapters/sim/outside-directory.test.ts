import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno, Errno } from "#core/sys";
import { simulatedHost } from "./host.ts";

const reading = { read: true, write: false, create: false, exclusive: false, truncate: false };
const writing = { ...reading, write: true, create: true };

suite("simulated outside directory", () => {
  test("holds the files it was made with, at their paths", () => {
    const directory = simulatedHost({ seed: 1 }).directory({ "a/b/c.txt": "content", d: "" });
    const folder = directory.openDirectory(directory.root, "a/b");
    assert.ok(!(folder instanceof Errno));
    const file = directory.openFile(folder, "c.txt", reading);
    assert.ok(!(file instanceof Errno));
    const target = new Uint8Array(20);
    assert.equal(directory.read(file, target, 3), 4);
    assert.equal(new TextDecoder().decode(target.subarray(0, 4)), "tent");
    assert.equal(directory.openCount, 2);
  });

  test("answers ENOSPC over its bytes, and takes as many again as were removed", () => {
    const directory = simulatedHost({ seed: 1 }).directory({ old: "12345" }, { bytesMax: 8 });
    const file = directory.openFile(directory.root, "new", writing);
    assert.ok(!(file instanceof Errno));
    assert.equal(directory.write(file, new Uint8Array(4), 0), errno.ENOSPC);
    assert.equal(directory.write(file, new Uint8Array(3), 0), 3);
    assert.equal(directory.unlink(directory.root, "old"), undefined);
    assert.equal(directory.write(file, new Uint8Array(5), 3), 5);
    assert.equal(directory.truncate(file, 9), errno.ENOSPC);
  });

  test("dates what changes by the simulated clock", async () => {
    const host = simulatedHost({ seed: 1 });
    const directory = host.directory({ file: "x" });
    const made = host.outside.clock.realtimeNs();
    await host.time.runFor(5e9);
    const file = directory.openFile(directory.root, "file", writing);
    assert.ok(!(file instanceof Errno));
    directory.write(file, new Uint8Array(2), 0);
    directory.setTimes(file, { accessedNs: 7n, modifiedNs: undefined });
    const stat = directory.statHandle(file);
    assert.ok(!(stat instanceof Errno));
    assert.deepEqual([stat.accessedNs, stat.modifiedNs], [7n, made + 5_000_000_000n]);
  });
});
