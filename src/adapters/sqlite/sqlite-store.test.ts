import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { bringToFormat, openDatabase } from "#adapters/sqlite/file";
import { PlatformError } from "#core/sys";
import { storeKind } from "./format.ts";
import { openStore } from "./mod.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-sqlite-"));
after(() => rmSync(scratch, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  const folder = join(scratch, `folder ${files}`);
  mkdirSync(folder);
  return join(folder, "state.db");
}

function problemOf(deed: () => unknown): PlatformError {
  try {
    deed();
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}

/** A closed store of some entries, one of which takes more than a page. */
function makeStore(path: string): readonly (readonly [string, string])[] {
  const entries = Array.from(
    { length: 12 },
    (_, index) => [`app/${index}`, JSON.stringify("v".repeat(index * 100))] as const,
  );
  const store = openStore(path);
  for (const [key, value] of entries) store.write([{ key, value }]);
  store.close();
  return entries;
}

const contentOf = (path: string): readonly (readonly [string, string])[] => {
  const store = openStore(path);
  try {
    return store
      .list("")
      .map(({ key, value }) => [key, value] as const)
      .toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  } finally {
    store.close();
  }
};

suite("the file of a store", () => {
  test("is for this user only, with its log", () => {
    const path = newPath();
    const store = openStore(path);
    store.write([{ key: "a", value: "1" }]);
    for (const suffix of ["", "-wal"]) assert.equal(statSync(path + suffix).mode & 0o777, 0o600);
    store.close();
  });

  test("has all that was written after each write, and its log nothing", () => {
    const path = newPath();
    const store = openStore(path);
    for (let count = 0; count < 3; count++) {
      store.write([{ key: "a", value: String(count) }]);
      assert.equal(statSync(`${path}-wal`).size, 0);
    }
    store.close();
  });

  test("is not for two at once", () => {
    const path = newPath();
    const store = openStore(path);
    const problem = problemOf(() => openStore(path));
    assert.equal(problem.code, "STATE_IN_USE");
    store.write([{ key: "a", value: "1" }]);
    store.close();
    assert.deepEqual(contentOf(path), [["a", "1"]]);
  });

  test("cannot be made where the folder is missing, or is none", () => {
    const path = newPath();
    writeFileSync(path, "");
    for (const above of [join(scratch, "missing"), path]) {
      const problem = problemOf(() => openStore(join(above, "state.db")));
      assert.equal(problem.code, "STATE_NOT_WRITABLE");
      assert.match(problem.message, /^cannot write ".*state\.db": /);
    }
  });
});

suite("the format of a store", () => {
  test("that is newer is refused, and left as it is", () => {
    const path = newPath();
    makeStore(path);
    const database = openDatabase(path);
    database.exec("PRAGMA user_version = 7");
    database.close();
    const before = readFileSync(path);
    const problem = problemOf(() => openStore(path));
    assert.equal(problem.code, "STATE_VERSION");
    assert.match(problem.message, /its format is 7, this noos knows 1$/);
    assert.deepEqual(readFileSync(path), before);
  });

  test("that is older is brought to ours, all steps or none", () => {
    const path = newPath();
    makeStore(path);
    const step = (text: string) => (database: DatabaseSync) => database.exec(text);
    const database = openDatabase(path);
    const version = (): unknown => database.prepare("PRAGMA user_version").get()?.["user_version"];
    const withSteps = (...more: readonly ReturnType<typeof step>[]): typeof storeKind => ({
      ...storeKind,
      steps: [...storeKind.steps, ...more],
    });
    const wrong = withSteps(step("CREATE TABLE b (x)"), step("CREATE TABLE b (x)"));
    assert.throws(() => bringToFormat(database, path, wrong), /already exists/);
    assert.equal(version(), 1);
    const right = withSteps(step("CREATE TABLE b (x)"), step("INSERT INTO b VALUES (7)"));
    bringToFormat(database, path, right);
    bringToFormat(database, path, right);
    assert.equal(version(), 3);
    assert.equal(database.prepare("SELECT sum(x) AS sum FROM b").get()?.["sum"], 7);
    assert.equal(database.prepare("SELECT count(*) AS n FROM entries").get()?.["n"], 12);
    database.close();
  });

  test("is made anew where somebody began and did not finish", () => {
    const path = newPath();
    writeFileSync(`${path}.draft`, "");
    assert.deepEqual(contentOf(path), []);
    assert.deepEqual(readdirSync(join(path, "..")), ["state.db"]);
  });
});

suite("a damaged store", () => {
  test("is refused by name, with the command that repairs it", () => {
    const path = newPath();
    writeFileSync(path, "x".repeat(8192));
    const problem = problemOf(() => openStore(path));
    assert.equal(problem.code, "STATE_DAMAGED");
    assert.ok(problem.message.startsWith(`"${path}" is damaged: `), problem.message);
    const folder = path.slice(0, -"/state.db".length);
    assert.ok(problem.hint.startsWith(`\`noos up --data '${folder}' --repair\` `), problem.hint);
    assert.equal(readFileSync(path, "utf8"), "x".repeat(8192));
  });

  test("is one that another program made, which stays as it is", () => {
    const path = newPath();
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE notes (x)");
    other.close();
    const before = readFileSync(path);
    assert.match(problemOf(() => openStore(path)).message, /is damaged: it is no store of noos$/);
    assert.deepEqual(readFileSync(path), before);
  });

  test("never gives out another content, whichever bit has changed", () => {
    const path = newPath();
    const entries = makeStore(path);
    const whole = readFileSync(path);
    let refused = 0;
    let tried = 0;
    // Some of all pages, for each takes milliseconds.
    for (let at = 0; at < whole.length; at += at < 100 ? 3 : 97) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, bytes);
      tried += 1;
      try {
        assert.deepEqual(contentOf(path), entries, `byte ${at}`);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        assert.match(error.code, /^STATE_(DAMAGED|VERSION)$/, `byte ${at}: ${error.message}`);
        refused += 1;
      }
      rmSync(`${path}-wal`, { force: true });
    }
    assert.ok(refused > tried / 4, `${refused} of ${tried}`);
  });

  test("never gives out another content, wherever it was cut", () => {
    const path = newPath();
    makeStore(path);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 1999) {
      writeFileSync(path, whole.subarray(0, length));
      assert.equal(problemOf(() => openStore(path)).code, "STATE_DAMAGED", `${length} bytes`);
    }
  });

  test("is one of whose pages one is as it was some writes ago", () => {
    const path = newPath();
    makeStore(path);
    const before = readFileSync(path);
    const store = openStore(path);
    store.write([{ key: "app/1", value: JSON.stringify("w".repeat(100)) }]);
    store.close();
    const now = readFileSync(path);
    assert.equal(now.length, before.length);
    let stale = 0;
    for (let at = 4096; at < now.length; at += 4096) {
      const page = before.subarray(at, at + 4096);
      if (page.equals(now.subarray(at, at + 4096))) continue;
      stale += 1;
      writeFileSync(path, Buffer.concat([now.subarray(0, at), page, now.subarray(at + 4096)]));
      assert.equal(problemOf(() => openStore(path)).code, "STATE_DAMAGED");
    }
    assert.ok(stale >= 2);
  });

  test("tells of damage done while it was open when the entry is read", () => {
    const path = newPath();
    const store = openStore(path);
    const value = JSON.stringify("needle".repeat(20_000));
    store.write([{ key: "a", value }]);
    // Far more than SQLite keeps in memory, so that the entry is read from the file again.
    store.write([{ key: "b", value: "x".repeat(4_000_000) }]);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("needleneedle", 60_000) + 3] = 0x20;
    writeFileSync(path, bytes);
    const problem = problemOf(() => store.get("a"));
    assert.equal(problem.code, "STATE_DAMAGED");
    assert.match(problem.message, /its entry "a" is not as it was written$/);
    store.close();
    assert.ok(existsSync(path));
  });
});
