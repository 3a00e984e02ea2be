import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { openDatabase } from "#adapters/sqlite/file";
import { openStore, repairStore } from "./mod.ts";
import { Rows } from "./rows.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-repair-"));
after(() => rmSync(scratch, { recursive: true }));

const pageBytes = 4096;

let files = 0;
function newPath(): string {
  files += 1;
  const folder = join(scratch, String(files));
  mkdirSync(folder);
  return join(folder, "state.db");
}

/** Some take more than a page. */
const valueOf = (index: number): string =>
  JSON.stringify(String(index).repeat(index % 50 === 3 ? 2500 : 60));

/** A closed store of so many entries, some 15 to a page. Answers its last revision. */
function makeStore(path: string, count: number): number {
  const store = openStore(path);
  const changes = Array.from({ length: count }, (_, index) => ({
    key: `app/${index}`,
    value: valueOf(index),
  }));
  const revision = store.write(changes);
  store.close();
  return revision ?? 0;
}

function damage(path: string, change: (bytes: Buffer) => Buffer | void): void {
  const bytes = readFileSync(path);
  writeFileSync(path, change(bytes) ?? bytes);
  assert.throws(() => openStore(path), { code: "STATE_DAMAGED" });
}

/** The keys that are there, each with the value it was written with. */
function keysOf(path: string): ReadonlySet<string> {
  const store = openStore(path);
  const entries = store.list("");
  for (const { key, value } of entries) {
    assert.equal(value, valueOf(Number(key.slice("app/".length))));
  }
  store.close();
  return new Set(entries.map(({ key }) => key));
}

suite("the repair of a store", () => {
  test("keeps all entries but the one that was changed, and a copy of what was there", () => {
    const path = newPath();
    const revision = makeStore(path, 40);
    // SQLite may have moved it, and left a copy.
    damage(path, (bytes) =>
      Buffer.from(bytes.toString("latin1").replaceAll(valueOf(7), valueOf(8)), "latin1"),
    );
    const damagedBytes = readFileSync(path);
    const repair = repairStore(path);
    assert.deepEqual(repair, { copy: `${path}.damaged-1`, keptCount: 39, lostCount: 1 });
    assert.deepEqual(readFileSync(repair.copy), damagedBytes);
    const keys = keysOf(path);
    assert.equal(keys.size, 39);
    assert.ok(!keys.has("app/7"));
    const store = openStore(path);
    assert.equal(store.get("app/8")?.revision, revision);
    assert.equal(store.write([{ key: "app/7", value: valueOf(7), expected: 0 }]), revision + 1);
    store.close();
    assert.deepEqual(readdirSync(join(path, "..")).toSorted(), ["state.db", "state.db.damaged-1"]);
  });

  test("keeps what is on the other pages when any one page is lost", () => {
    const path = newPath();
    makeStore(path, 400);
    const whole = readFileSync(path);
    const pages = whole.length / pageBytes;
    assert.ok(pages > 20);
    for (const page of [1, 2, 3, 4, 5, 9, pages - 1, pages]) {
      writeFileSync(path, whole);
      damage(path, (bytes) => void bytes.fill(0x5a, (page - 1) * pageBytes, page * pageBytes));
      const repair = repairStore(path);
      // Page 1 says where all is, 2 is the head, 3 the root of the entries, 4 of their keys.
      assert.ok(repair.keptCount >= 360, `page ${page}: ${repair.keptCount}`);
      if (page !== 2) assert.equal(repair.lostCount, 400 - repair.keptCount);
      else assert.equal(repair.lostCount, undefined);
      assert.equal(keysOf(path).size, repair.keptCount);
    }
  });

  test("keeps what is left of a file that was cut", () => {
    const path = newPath();
    makeStore(path, 400);
    damage(path, (bytes) => bytes.subarray(0, 10 * pageBytes));
    const { keptCount, lostCount } = repairStore(path);
    assert.ok(keptCount >= 60, String(keptCount));
    assert.equal(lostCount, 400 - keptCount);
    assert.equal(keysOf(path).size, keptCount);
  });

  test("brings back nothing that was removed or replaced", () => {
    const path = newPath();
    makeStore(path, 400);
    const store = openStore(path);
    const all = Array.from({ length: 400 }, (_, index) => `app/${index}`);
    for (const key of all.slice(0, 30)) store.write([{ key, value: undefined }]);
    store.write(all.slice(30, 350).map((key) => ({ key, value: undefined })));
    store.write([{ key: "app/399", value: valueOf(1) }]);
    store.write([{ key: "app/399", value: valueOf(399) }]);
    store.close();
    damage(path, (bytes) => void bytes.fill(0, 2 * pageBytes, 3 * pageBytes));
    assert.equal(repairStore(path).lostCount, 0);
    assert.deepEqual([...keysOf(path)].toSorted(), all.slice(350).toSorted());
  });

  test("has what was acknowledged and still stands in the log", () => {
    const open = newPath();
    makeStore(open, 40);
    const database = openDatabase(open);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    const rows = new Rows(database);
    const { revision, proofs } = rows.head();
    const proof = rows.put("app/40", valueOf(40), revision + 1);
    rows.updateHead({ revision: revision + 1, entries: 41, proofs: (proofs ^ proof) >>> 0 });
    const path = newPath();
    for (const suffix of ["", "-wal"]) copyFileSync(open + suffix, path + suffix);
    database.close();
    damage(path, (bytes) => void bytes.fill(0x5a, 0, pageBytes));
    assert.equal(repairStore(path).lostCount, 0);
    assert.ok(keysOf(path).has("app/40"));
  });

  test("makes an empty store of what is no store, whose revisions were not given before", () => {
    const path = newPath();
    writeFileSync(path, "x".repeat(5000));
    const { keptCount, lostCount, copy } = repairStore(path);
    assert.deepEqual([keptCount, lostCount], [0, undefined]);
    assert.equal(readFileSync(copy, "utf8"), "x".repeat(5000));
    const store = openStore(path);
    assert.ok((store.write([{ key: "a", value: "1" }]) ?? 0) > 1_000_000);
    store.close();
  });

  test("loses nothing of a store that is whole", () => {
    const path = newPath();
    makeStore(path, 40);
    assert.deepEqual(repairStore(path), {
      copy: `${path}.damaged-1`,
      keptCount: 40,
      lostCount: 0,
    });
    assert.equal(repairStore(path).copy, `${path}.damaged-2`);
    assert.equal(keysOf(path).size, 40);
  });

  test("goes on where it was stopped, and never mixes the new file with the old log", () => {
    const path = newPath();
    makeStore(path, 40);
    const repaired = newPath();
    makeStore(repaired, 20);
    renameSync(repaired, `${path}.new`);
    // Stopped while both are there: the old one counts, and the new one is forgotten.
    assert.equal(keysOf(path).size, 40);
    assert.deepEqual(readdirSync(join(path, "..")), ["state.db"]);
    makeStore(repaired, 20);
    renameSync(repaired, `${path}.new`);
    // Stopped when the old one was gone, but not yet its log.
    const database = openDatabase(path);
    database.exec("PRAGMA journal_mode = WAL; UPDATE entries SET value = 'torn'");
    const copies = newPath();
    copyFileSync(`${path}-wal`, copies);
    database.close();
    rmSync(path);
    renameSync(copies, `${path}-wal`);
    assert.equal(keysOf(path).size, 20);
    assert.deepEqual(readdirSync(join(path, "..")), ["state.db"]);
  });

  test("is not for what is missing, nor for the format of a newer build", () => {
    const path = newPath();
    assert.throws(() => repairStore(path), { code: "FILE_NOT_FOUND" });
    makeStore(path, 1);
    const database = openDatabase(path);
    database.exec("PRAGMA user_version = 7");
    database.close();
    assert.throws(() => repairStore(path), { code: "STATE_VERSION" });
    assert.deepEqual(readdirSync(join(path, "..")), ["state.db"]);
  });
});
