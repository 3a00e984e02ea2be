import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { diskBlobs } from "./disk-blobs.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-blobs-"));
after(() => rmSync(scratch, { recursive: true }));

const hasPipes = process.platform !== "win32";

let folders = 0;
function newFolder(): string {
  folders += 1;
  return join(scratch, `folder-${folders}`, "below");
}

/** A key whose `put` looks for what must go, and one whose does not. */
const evictingKey = "key-0";
const plainKey = "key-1";

suite("disk blobs", () => {
  test("gives back in another object what was kept, and nothing else", () => {
    const folder = newFolder();
    const bytes = new Uint8Array(100_000).map((_, index) => index * 31);
    diskBlobs(folder).put("abc", bytes);
    diskBlobs(folder).put("empty", new Uint8Array(0));
    const blobs = diskBlobs(folder);
    assert.deepEqual(new Uint8Array(blobs.get("abc") ?? []), bytes);
    assert.equal(blobs.get("empty")?.length, 0);
    assert.equal(blobs.get("abd"), undefined);
  });

  test("makes its folder with the first blob, for this user only", () => {
    const folder = newFolder();
    assert.equal(diskBlobs(folder).get("abc"), undefined);
    assert.throws(() => statSync(folder), /ENOENT/);
    diskBlobs(folder).put("abc", Uint8Array.of(1));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, "abc")).mode & 0o777, 0o600);
  });

  test("answers nothing for a file that was cut, grew, or is none of ours", () => {
    const folder = newFolder();
    const blobs = diskBlobs(folder);
    blobs.put("abc", new Uint8Array(50));
    const path = join(folder, "abc");
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 7) {
      truncateSync(path, length);
      assert.equal(blobs.get("abc"), undefined);
      writeFileSync(path, whole);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]));
    assert.equal(blobs.get("abc"), undefined);
    writeFileSync(path, Buffer.alloc(66));
    assert.equal(blobs.get("abc"), undefined);
  });

  for (const size of [0, 1, 300, 1_100_000]) {
    test(`answers nothing when any one bit of a blob of ${size} bytes has changed`, () => {
      const folder = newFolder();
      const blobs = diskBlobs(folder);
      blobs.put(
        "abc",
        new Uint8Array(size).map((_, index) => index * 31),
      );
      const path = join(folder, "abc");
      const whole = readFileSync(path);
      const flipped = (at: number): Buffer => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
        return bytes;
      };
      // All of a small one; of a large one its first byte, some of all parts, and its last.
      const step = whole.length < 1000 ? 1 : 30_011;
      const last = whole.length - 1;
      for (let at = 0; at <= last; at = at < last ? Math.min(at + step, last) : at + 1) {
        writeFileSync(path, flipped(at));
        assert.ok(blobs.get("abc") === undefined, `byte ${at} of ${whole.length}`);
      }
      blobs.put("abc", Uint8Array.of(1));
      assert.deepEqual([...(blobs.get("abc") ?? [])], [1]);
    });
  }

  test("lets no key name a file elsewhere, nor follows a link to one", () => {
    const folder = newFolder();
    const blobs = diskBlobs(folder);
    blobs.put("abc", Uint8Array.of(1));
    for (const key of ["../abc", "a/b", "", ".", "..", ".draft-1-1", "a\0b", "a".repeat(300)]) {
      blobs.put(key, Uint8Array.of(1));
      assert.equal(blobs.get(key), undefined);
    }
    assert.equal(blobs.failedPutsCount, 8);
    assert.deepEqual(readdirSync(folder), ["abc"]);
    symlinkSync(join(folder, "abc"), join(folder, "link"));
    assert.equal(blobs.get("link"), undefined);
  });

  test("reads nothing from a folder that others can write to, and keeps nothing there", () => {
    const folder = newFolder();
    diskBlobs(folder).put("abc", Uint8Array.of(1));
    for (const mode of [0o777, 0o770, 0o702]) {
      chmodSync(folder, mode);
      const blobs = diskBlobs(folder);
      assert.equal(blobs.get("abc"), undefined);
      blobs.put("def", Uint8Array.of(1));
      assert.equal(blobs.failedPutsCount, 1);
    }
    chmodSync(folder, 0o755);
    assert.equal(diskBlobs(folder).get("abc")?.length, 1);
    assert.deepEqual(readdirSync(folder), ["abc"]);
  });

  test("does not wait for a pipe that has the name of a blob", { skip: !hasPipes }, () => {
    const folder = newFolder();
    const blobs = diskBlobs(folder);
    blobs.put("abc", Uint8Array.of(1));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    assert.equal(blobs.get("pipe"), undefined);
  });

  test("gives up where no folder can be made, though all that leads there exists", () => {
    // Linux says of each new name below /proc that what leads there is missing.
    const blobs = diskBlobs(process.platform === "linux" ? "/proc/noos" : join(scratch, "a\0b"));
    blobs.put("abc", Uint8Array.of(1));
    assert.equal(blobs.failedPutsCount, 1);
    assert.equal(blobs.get("abc"), undefined);
  });

  test("counts what it could not keep, and says nothing", () => {
    const folder = newFolder();
    diskBlobs(folder).put("file", Uint8Array.of(1));
    const blobs = diskBlobs(join(folder, "file"));
    blobs.put("abc", Uint8Array.of(1));
    assert.equal(blobs.failedPutsCount, 1);
    assert.equal(blobs.get("abc"), undefined);
  });

  test("removes those unused for longest once there are too many bytes", () => {
    const folder = newFolder();
    const blobs = diskBlobs(folder, { folderBytesMax: 1500 });
    for (const [index, key] of ["oldest-1", "older-1", "newer-1", "newest-1"].entries()) {
      blobs.put(key, new Uint8Array(300));
      utimesSync(join(folder, key), 1000 + index, 1000 + index);
    }
    blobs.put(plainKey, new Uint8Array(1));
    assert.equal(readdirSync(folder).length, 5);
    blobs.put(evictingKey, new Uint8Array(1));
    assert.deepEqual(readdirSync(folder).toSorted(), [
      evictingKey,
      plainKey,
      "newer-1",
      "newest-1",
    ]);
  });

  test("removes drafts that nobody came back for, and leaves those in work", () => {
    const folder = newFolder();
    const blobs = diskBlobs(folder);
    blobs.put("abc", Uint8Array.of(1));
    for (const name of [".draft-1-1", ".draft-1-2"]) writeFileSync(join(folder, name), "part");
    utimesSync(join(folder, ".draft-1-1"), 1000, 1000);
    blobs.put(evictingKey, Uint8Array.of(1));
    assert.deepEqual(readdirSync(folder).toSorted(), [".draft-1-2", "abc", evictingKey]);
  });
});
