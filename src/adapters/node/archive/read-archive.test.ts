import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { packTar, type TarEntry } from "modern-tar";
import { Errno, PlatformError } from "#core/sys";
import { type LayerEntry, layerTree } from "#core/vfs/layer";
import { readArchive } from "./read-archive.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-archive-"));
after(() => rmSync(scratch, { recursive: true }));

const bytesMax = 10_000_000;
const mtime = new Date("2026-01-02T03:04:05Z");
const modifiedNs = 1_767_323_045_000_000_000n;

function file(name: string, body: string): TarEntry {
  return { header: { name, size: Buffer.byteLength(body), type: "file", mtime }, body };
}

async function read(bytes: Uint8Array, limit = bytesMax): Promise<readonly LayerEntry[]> {
  return readArchive(bytes, { bytesMax: limit });
}

async function refusal(reading: Promise<unknown>): Promise<PlatformError> {
  try {
    await reading;
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error));
    return error;
  }
  return assert.fail("it was read");
}

const textOf = (entry: LayerEntry | undefined): string =>
  entry?.kind === "regular" ? new TextDecoder().decode(entry.bytes) : "no file";

suite("archive", () => {
  test("gives files, directories, symbolic and hard links, in their order", async () => {
    const archive = await packTar([
      { header: { name: "dir/", size: 0, type: "directory", mtime } },
      file("dir/file", "text"),
      { header: { name: "link", size: 0, type: "symlink", linkname: "dir/file", mtime } },
      { header: { name: "second", size: 0, type: "link", linkname: "dir/file", mtime } },
    ]);
    const [directory, regular, symlink, hardlink, ...more] = await read(archive);
    assert.deepEqual(directory, { path: "dir/", kind: "directory", modifiedNs });
    assert.equal(regular?.path, "dir/file");
    assert.equal(textOf(regular), "text");
    assert.deepEqual(symlink, { path: "link", kind: "symlink", target: "dir/file", modifiedNs });
    assert.deepEqual(hardlink, { path: "second", kind: "hardlink", target: "dir/file" });
    assert.deepEqual(more, []);
  });

  test("is read when it is compressed, by what it starts with", async () => {
    const archive = await packTar([file("file", "text")]);
    for (const packed of [archive, gzipSync(archive), zstdCompressSync(archive)]) {
      assert.equal(textOf((await read(packed))[0]), "text");
    }
  });

  test("is read as the system's tar packs it, long names and odd ones too", async () => {
    const folder = join(scratch, "packed");
    const long = "n".repeat(120);
    mkdirSync(join(folder, long, long), { recursive: true });
    writeFileSync(join(folder, long, long, "größe 😀"), "deep");
    symlinkSync(`${long}/${long}`, join(folder, "link"));
    writeFileSync(join(folder, "file"), "text");
    linkSync(join(folder, "file"), join(folder, "second"));
    for (const format of ["gnu", "posix"]) {
      const packed = execFileSync("tar", ["-C", folder, `--format=${format}`, "-cf", "-", "."]);
      const root = layerTree([await read(packed)], 1n);
      const entered = root.enter(long);
      assert.ok(!(entered instanceof Errno));
      assert.equal(root.readLink("link"), `${long}/${long}`);
      const deepest = entered.enter(long);
      assert.ok(!(deepest instanceof Errno));
      const stat = deepest.statEntry("größe 😀");
      assert.ok(!(stat instanceof Errno));
      assert.equal(stat.sizeBytes, 4);
      const second = root.statEntry("second");
      assert.ok(!(second instanceof Errno));
      assert.equal(second.links, 2);
    }
  });

  test("is refused when it would be too large unpacked, before it is", async () => {
    const archive = await packTar([file("zeros", "\0".repeat(1_000_000))]);
    for (const packed of [archive, gzipSync(archive), zstdCompressSync(archive)]) {
      const error = await refusal(read(packed, 100_000));
      assert.equal(error.code, "IMAGE_TOO_LARGE");
      assert.match(error.message, /97\.7 KiB/);
    }
  });

  test("is refused when it holds a device or a pipe, which it names", async () => {
    for (const type of ["character-device", "block-device", "fifo"] as const) {
      const archive = await packTar([{ header: { name: "dev/odd", size: 0, type } }]);
      const error = await refusal(read(archive));
      assert.equal(error.code, "IMAGE_MALFORMED");
      assert.match(error.message, new RegExp(`"dev/odd" is a ${type}`));
    }
  });

  test("is refused when a file is packed with its holes left out", async () => {
    const pax = { "GNU.sparse.major": "1", "GNU.sparse.minor": "0" };
    const entry = { header: { name: "sparse", size: 1, type: "file", pax }, body: "x" } as const;
    assert.match((await refusal(read(await packTar([entry])))).message, /"sparse"/);
  });

  test("is refused when a name is not UTF-8", async () => {
    const archive = await packTar([file("\ufffd", "text")]);
    assert.match((await refusal(read(archive))).message, /not UTF-8/);
  });

  test("has times that a file system can have", async () => {
    const times = [new Date(-5000), new Date(0), new Date(1500)];
    for (const time of times) {
      const pax = { mtime: String(time.getTime() / 1000) };
      const header = { name: "file", size: 0, type: "file", mtime: new Date(0), pax } as const;
      const [entry] = await read(await packTar([{ header }]));
      const expected = time.getTime() > 0 ? 1_500_000_000n : 0n;
      assert.ok(entry !== undefined && entry.kind !== "hardlink");
      assert.equal(entry.modifiedNs, expected);
    }
  });

  test("is refused when it is cut, changed or no archive, and never anything else", async () => {
    const archive = await packTar([file("a", "text"), file("b", "x".repeat(2000))]);
    const gzipped = gzipSync(archive);
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.tuple(fc.nat(archive.length - 1), fc.nat(255)).map(([at, byte]) => {
        const changed = archive.slice();
        changed[at] = byte;
        return changed;
      }),
      fc.nat(archive.length - 1).map((end) => archive.slice(0, end)),
      fc.nat(gzipped.length - 1).map((end) => new Uint8Array(gzipped.subarray(0, end))),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        try {
          await read(bytes);
        } catch (error) {
          assert.ok(error instanceof PlatformError, String(error));
        }
      }),
      { numRuns: 300 },
    );
    for (const end of [0, 1, 511, 512, 700, archive.length - 513]) {
      assert.equal((await refusal(read(archive.slice(0, end)))).code, "IMAGE_MALFORMED");
    }
  });
});
