import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { copyFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { simulatedSeal } from "#adapters/sim/daemon";
import {
  countCrashes,
  newSealingKey,
  openCrashFolder,
  removeCrashes,
  type SealingKey,
  writeCrash,
} from "./mod.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-crashes-"));
after(() => rmSync(scratch, { recursive: true }));

const chunkBytes = 64 * 1024;
const seal = simulatedSeal();
const turns = {
  next: (callback: () => void): void => queueMicrotask(callback),
  after: (): never => assert.fail("nothing here waits"),
};

let folders = 0;
function newFolder(): string {
  folders += 1;
  const folder = join(scratch, String(folders));
  mkdirSync(folder);
  return folder;
}

function write(
  folder: string,
  id: string,
  pieces: Iterable<Uint8Array>,
  key: SealingKey = newSealingKey(seal),
): Promise<number | undefined> {
  return writeCrash(pieces, { folder, id, key, turns });
}

async function read(folder: string, id: string, opener = seal): Promise<Uint8Array | undefined> {
  const file = await openCrashFolder(folder, opener).open(id);
  if (file === undefined) return undefined;
  const bytes = Buffer.concat(await Array.fromAsync(file.bytes));
  assert.equal(bytes.length, file.sizeBytes);
  return bytes;
}

/** Written and noted, as what a daemon keeps is. */
async function keep(
  folder: string,
  id: string,
  content: string,
  key?: SealingKey,
): Promise<string> {
  writeFileSync(join(folder, `${id}.json`), "{}");
  await write(folder, id, [Buffer.from(content)], key);
  return join(folder, `${id}.sealed`);
}

suite("a sealed recording", () => {
  test("gives back what was written, whatever its size and its pieces", async () => {
    const size = fc.oneof(
      fc.nat(40),
      fc.constantFrom(chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 200_000),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 4 }), async (sizes) => {
        const folder = newFolder();
        const pieces = sizes.map((each, index) => Buffer.alloc(each, index + 1));
        writeFileSync(join(folder, "a-1.json"), "{}");
        const sizeBytes = await write(folder, "a-1", pieces);
        assert.equal(sizeBytes, statSync(join(folder, "a-1.sealed")).size);
        assert.ok(Buffer.concat(pieces).equals((await read(folder, "a-1")) ?? Buffer.of(1)));
      }),
      { numRuns: 30 },
    );
  });

  test("has nothing in its file that can be read, and is this user's only", async () => {
    const folder = newFolder();
    const secret = Buffer.from("correct horse battery staple");
    await write(folder, "a-1", [Buffer.alloc(chunkBytes), secret]);
    const path = join(folder, "a-1.sealed");
    assert.ok(!readFileSync(path).includes("horse"));
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ["a-1.sealed"]);
  });

  test("of which one bit is another, or that was cut or grew, says so", async () => {
    const folder = newFolder();
    const content = "x".repeat(chunkBytes + 10);
    const path = await keep(folder, "a-1", content);
    const sealed = readFileSync(path);
    const others = [0, 8, 9, 10, 40, 200, 300, chunkBytes, sealed.length - 1].map((at) => {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return changed;
    });
    const headBytes = sealed.length - content.length - 2 * 16;
    others.push(Buffer.alloc(0), sealed.subarray(0, 10), sealed.subarray(0, headBytes));
    // Between chunks: what is left is whole in itself.
    others.push(sealed.subarray(0, headBytes + chunkBytes + 16), sealed.subarray(0, -1));
    others.push(Buffer.concat([sealed, Buffer.of(0)]), Buffer.from("noosrec"));
    for (const other of others) {
      writeFileSync(path, other);
      await assert.rejects(read(folder, "a-1"), { code: "CRASH_UNREADABLE" });
    }
    writeFileSync(path, sealed);
    assert.equal(String(await read(folder, "a-1")), content);
  });

  test("is not taken for another crash's, nor opened with another key", async () => {
    const folder = newFolder();
    const key = newSealingKey(seal);
    const [first, second] = [await keep(folder, "a-1", "first", key), join(folder, "a-2.sealed")];
    await keep(folder, "a-2", "second", key);
    await assert.rejects(read(folder, "a-1", simulatedSeal("other")), { code: "CRASH_UNREADABLE" });
    copyFileSync(first, second);
    await assert.rejects(read(folder, "a-2"), (error: Error) => error.message.includes('"a-2"'));
    assert.equal(String(await read(folder, "a-1")), "first");
  });

  test("that changes after it was proven breaks off", async () => {
    const folder = newFolder();
    const path = await keep(folder, "a-1", "content");
    const file = await openCrashFolder(folder, seal).open("a-1");
    rmSync(path);
    assert.ok(file);
    await assert.rejects(Array.fromAsync(file.bytes), { code: "CRASH_UNREADABLE" });
  });

  test("is not there under a name that leads elsewhere, or that nobody gave", async () => {
    const folder = newFolder();
    for (const id of ["a-1", "../a", "A", ".draft-a-1", ""]) {
      assert.equal(await read(folder, id), undefined);
    }
  });
});

suite("a recording that cannot be written", () => {
  test("leaves nothing where the disk has no room in its middle", async () => {
    const folder = newFolder();
    function* pieces(): Generator<Uint8Array> {
      yield Buffer.alloc(3 * chunkBytes);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }
    assert.equal(await write(folder, "a-1", pieces()), undefined);
    assert.deepEqual(readdirSync(folder), []);
  });
});

suite("the folder of crashes", () => {
  test("lists what can be read, whatever else lies in it", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "folder.json"));
    writeFileSync(join(folder, "one.json"), "{}");
    assert.deepEqual(openCrashFolder(folder, seal).shelf.list(), ["{}"]);
  });

  test("is rid of what was half written, or never noted, when it is opened", async () => {
    const folder = newFolder();
    await keep(folder, "a-1", "kept");
    await write(folder, "a-2", [Buffer.from("nobody was told of it")]);
    writeFileSync(join(folder, ".draft-a-3"), "half");
    openCrashFolder(folder, seal);
    assert.deepEqual(readdirSync(folder), ["a-1.json", "a-1.sealed"]);
  });

  test("counts its recordings, and removes all of them at once", async () => {
    const folder = newFolder();
    for (const id of ["a-1", "a-2"]) await keep(folder, id, "content");
    assert.equal(countCrashes(folder), 2);
    assert.equal(removeCrashes(folder), 2);
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(countCrashes(join(folder, "missing")), 0);
  });

  test("removes a recording with its notes", async () => {
    const folder = newFolder();
    await keep(folder, "a-1", "content");
    const { shelf } = openCrashFolder(folder, seal);
    shelf.remove("a-1");
    shelf.remove("../a");
    assert.deepEqual(readdirSync(folder), []);
  });
});
