/**
 * What a daemon keeps, on a disk that is filled up: `full.ts FOLDER`, where FOLDER is a small disk
 * of its own. Ends with 0 if all went as it should.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openImages } from "#adapters/node/images";
import { openSeal } from "#adapters/node/seal";
import { openStore, repairStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import type { Store } from "#pool/host";

const [, , disk = ""] = process.argv;
const folder = join(disk, "noos");
const filler = join(disk, "filler");
const statePath = join(folder, "state.db");

/** Leaves not a byte. */
function fillDisk(): void {
  const file = openSync(filler, "a");
  try {
    for (const block = Buffer.alloc(4096, 1); ;) writeSync(file, block);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
  } finally {
    closeSync(file);
  }
}

const dump = (store: Store): unknown => store.list("");
const full = { code: "STATE_NOT_WRITABLE" };
const large = Buffer.alloc(50_000, 2);
const digest = `sha256:${createHash("sha256").update(large).digest("hex")}`;
const changes = [
  { key: "a", value: "2" },
  { key: "b", value: JSON.stringify("x".repeat(50_000)) },
];

async function* sent(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield large;
}

const lock = lockFolder(folder);
const images = openImages(join(folder, "images"));
let store = openStore(statePath);
store.write([{ key: "a", value: "1" }]);
const before = dump(store);

fillDisk();
for (let count = 0; count < 3; count++) {
  assert.throws(() => store.write(changes), full);
  assert.deepEqual(dump(store), before);
}
store.close();
// What failed has left nothing on the disk, and so there is room again.
fillDisk();
assert.throws(() => openSeal(join(folder, "key")), full);
assert.ok(!existsSync(join(folder, "key")));
await assert.rejects(images.put(sent(), digest), full);
assert.deepEqual(readdirSync(join(folder, "images")), []);
assert.throws(() => repairStore(statePath), full);
assert.throws(() => openStore(join(disk, "other.db")), full);
lock.release();
fillDisk();

// A daemon that starts on a full disk has all it had, though nobody can learn who it is.
lockFolder(folder).release();
store = openStore(statePath);
assert.deepEqual(dump(store), before);
assert.throws(() => store.write(changes), full);

rmSync(filler);
assert.equal(store.write(changes), 2);
store.close();
store = openStore(statePath);
assert.deepEqual(
  store.list("").map(({ value }) => value),
  changes.map(({ value }) => value),
);
store.close();
lockFolder(folder).release();
openSeal(join(folder, "key"));
await images.put(sent(), digest);
assert.deepEqual(readdirSync(folder).toSorted(), ["images", "key", "lock.db", "state.db"]);
