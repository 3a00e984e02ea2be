import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { openDatabase } from "#adapters/sqlite/file";
import { PlatformError } from "#core/sys";
import type { Logs } from "#pool/host";
import { openLogs, repairLogs } from "./mod.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-logs-"));
after(() => rmSync(scratch, { recursive: true }));

const pageBytes = 4096;

let files = 0;
function newPath(): string {
  files += 1;
  const folder = join(scratch, String(files));
  mkdirSync(folder);
  return join(folder, "logs.db");
}

const textOf = (name: string, position: number): string =>
  `${name} ${position} ${"x".repeat(position % 40 === 3 ? 6000 : 150)}`;

/** A closed file of two logs, the first of which has lost its first ten entries. */
async function makeFile(path: string, count: number): Promise<void> {
  const logs = openLogs(path);
  for (const name of ["jobs", "mail"]) {
    const log = await logs.open(name);
    const texts = Array.from({ length: count }, (_, index) => textOf(name, index + 1));
    await log.append(
      texts.map((text) => Buffer.from(text)),
      1,
    );
    if (name === "jobs") await log.trim(11);
  }
  await logs.close();
}

/** How many entries are there, each of which must be as it was written. */
async function countWhole(logs: Logs, name: string): Promise<number> {
  const log = await logs.open(name);
  const entries = await log.read(1, { entries: 1e6, bytes: 1e9 });
  for (const { position, bytes } of entries) {
    assert.equal(Buffer.from(bytes).toString(), textOf(name, position));
  }
  return entries.length;
}

async function countAll(path: string): Promise<number> {
  const logs = openLogs(path);
  try {
    return (await countWhole(logs, "jobs")) + (await countWhole(logs, "mail"));
  } finally {
    await logs.close();
  }
}

suite("a file of logs", () => {
  test("is for this user only, and not for two at once", async () => {
    const path = newPath();
    const logs = openLogs(path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.throws(() => openLogs(path), { code: "STATE_IN_USE" });
    await logs.close();
  });

  test("makes what is asked for in one turn in one transaction, or nothing of it", async () => {
    const path = newPath();
    const logs = openLogs(path, { bytesMax: 40 * pageBytes });
    const log = await logs.open("jobs");
    await log.append([Buffer.from("a")], 1);
    const together = await Promise.allSettled([
      log.append([Buffer.from("b")], 2),
      log.append([Buffer.alloc(100 * pageBytes)], 3),
    ]);
    assert.deepEqual(
      together.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.deepEqual(await log.bounds(), { first: 1, next: 2 });
    await logs.close();
  });

  test("has what was answered when the OS process is gone at that moment", async () => {
    const path = newPath();
    const logs = openLogs(path);
    const log = await logs.open("jobs");
    for (let position = 1; position <= 5; position++) {
      await log.append([Buffer.from(textOf("jobs", position))], position);
      const copy = newPath();
      for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
      const found = openLogs(copy);
      assert.equal(await countWhole(found, "jobs"), position);
      await found.close();
    }
    await logs.close();
  });

  test("is refused by name where it is of another kind or a newer format", async () => {
    const path = newPath();
    await makeFile(path, 12);
    const database = openDatabase(path);
    database.exec("PRAGMA user_version = 7");
    database.close();
    assert.throws(() => openLogs(path), { code: "STATE_VERSION" });
    writeFileSync(path, "x".repeat(8192));
    assert.throws(() => openLogs(path), { code: "STATE_DAMAGED", message: /logs\.db" is damaged/ });
  });

  test("never gives out another content, whichever bit has changed", async () => {
    const path = newPath();
    await makeFile(path, 30);
    const whole = readFileSync(path);
    let refused = 0;
    let tried = 0;
    for (let at = 0; at < whole.length; at += at < 100 ? 3 : 397) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, bytes);
      tried += 1;
      try {
        assert.equal(await countAll(path), 50, `byte ${at}`);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        assert.match(error.code, /^STATE_(DAMAGED|VERSION)$/, `byte ${at}: ${error.message}`);
        refused += 1;
      }
      rmSync(`${path}-wal`, { force: true });
    }
    assert.ok(refused > tried / 4, `${refused} of ${tried}`);
  });
});

suite("the repair of a file of logs", () => {
  test("keeps all entries but one that was changed, each at its position", async () => {
    const path = newPath();
    await makeFile(path, 40);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("mail 7 x") + 20] = 0x79;
    writeFileSync(path, bytes);
    await assert.rejects(countAll(path), { code: "STATE_DAMAGED" });
    const repair = repairLogs(path);
    assert.deepEqual(repair, { copy: `${path}.damaged-1`, keptCount: 69, lostCount: 1 });
    assert.equal(await countAll(path), 69);
    const logs = openLogs(path);
    const log = await logs.open("mail");
    assert.deepEqual(await log.bounds(), { first: 1, next: 41 });
    const [, next] = await log.read(6, { entries: 2, bytes: 1e6 });
    assert.equal(next?.position, 8);
    // A trim forgets the gap as well.
    await log.trim(20);
    await logs.close();
    assert.equal(await countAll(path), 51);
    assert.equal(repairLogs(path).lostCount, 0);
  });

  test("keeps what is on the other pages when any one page is lost", async () => {
    const path = newPath();
    await makeFile(path, 400);
    const whole = readFileSync(path);
    const pages = whole.length / pageBytes;
    for (const page of [1, 2, 3, 4, 5, 6, 7, 8, 9, 20, pages - 1, pages]) {
      writeFileSync(path, whole);
      writeFileSync(path, readFileSync(path).fill(0x5a, (page - 1) * pageBytes, page * pageBytes));
      const { keptCount } = repairLogs(path);
      assert.ok(keptCount >= 760, `page ${page}: ${keptCount}`);
      const logs = openLogs(path);
      assert.equal((await countWhole(logs, "jobs")) + (await countWhole(logs, "mail")), keptCount);
      const { first, next } = await (await logs.open("jobs")).bounds();
      assert.ok(first >= 11 && next >= 401, `page ${page}: ${first} to ${next}`);
      await logs.close();
    }
  });
});
