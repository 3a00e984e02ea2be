import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { errno, Errno, PlatformError } from "#core/sys";
import { type Directory, openPath, readLinkPath, statPath } from "#core/vfs";
import { layerTree } from "./build.ts";
import type { LayerEntry } from "./entry.ts";

const reading = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};

const file = (path: string, text: string, modifiedNs = 0n): LayerEntry => ({
  path,
  kind: "regular",
  bytes: new TextEncoder().encode(text),
  modifiedNs,
});
const folder = (path: string, modifiedNs = 0n): LayerEntry => ({
  path,
  kind: "directory",
  modifiedNs,
});
const symlink = (path: string, target: string): LayerEntry => ({
  path,
  kind: "symlink",
  target,
  modifiedNs: 0n,
});
const hardlink = (path: string, target: string): LayerEntry => ({ path, kind: "hardlink", target });

function textAt(root: Directory, path: string): string {
  const opened = openPath(root, path, reading);
  if (opened instanceof Errno) return opened.name;
  if (opened.kind === "directory") return opened.kind;
  const bytes = new Uint8Array(100);
  const count = opened.read(bytes, 0);
  assert.ok(typeof count === "number");
  return new TextDecoder().decode(bytes.subarray(0, count));
}

function namesIn(root: Directory, path: string): readonly string[] {
  const opened = openPath(root, path, { ...reading, directory: true });
  assert.ok(!(opened instanceof Errno) && opened.kind === "directory");
  const entries = opened.list();
  assert.ok(!(entries instanceof Errno));
  return entries.map(({ name }) => name).toSorted();
}

function statAt(root: Directory, path: string): { inode: bigint; links: number; time: bigint } {
  const stat = statPath(root, path, { followLast: false });
  assert.ok(!(stat instanceof Errno), path);
  return { inode: stat.inode, links: stat.links, time: stat.modifiedNs };
}

const isRefusal =
  (path: string) =>
  (error: unknown): boolean =>
    error instanceof PlatformError &&
    error.code === "IMAGE_MALFORMED" &&
    error.message.includes(JSON.stringify(path).slice(0, 100));

suite("layers", () => {
  test("make directories that no entry names, and take times from those that do", () => {
    const root = layerTree([[file("a/b/file", "x", 5n), folder("a/", 7n), folder(".", 9n)]], 1n);
    assert.equal(textAt(root, "a/b/file"), "x");
    assert.equal(statAt(root, "a").time, 7n);
    assert.equal(statAt(root, "a/b").time, 0n);
    assert.equal(statAt(root, ".").time, 9n);
    assert.equal(statAt(root, "a/b/file").time, 5n);
  });

  test("take paths as archives spell them", () => {
    const root = layerTree([[file("./a//b/./file", "x"), folder("./"), folder("a/b/")]], 1n);
    assert.equal(textAt(root, "a/b/file"), "x");
  });

  test("let a later entry override an earlier one, of whatever kind", () => {
    const root = layerTree(
      [
        [
          file("a", "old"),
          file("a", "new"),
          file("b", "x"),
          folder("b"),
          folder("c"),
          file("c", "y"),
        ],
      ],
      1n,
    );
    assert.equal(textAt(root, "a"), "new");
    assert.equal(textAt(root, "b"), "directory");
    assert.equal(textAt(root, "c"), "y");
  });

  test("merge a directory with the same one of lower layers", () => {
    const root = layerTree(
      [
        [file("d/low", "1"), file("d/both", "low")],
        [folder("d", 3n), file("d/both", "high")],
      ],
      1n,
    );
    assert.deepEqual(namesIn(root, "d"), ["both", "low"]);
    assert.equal(textAt(root, "d/both"), "high");
    assert.equal(statAt(root, "d").time, 3n);
  });

  test("hide what a higher layer marks as removed", () => {
    const root = layerTree(
      [
        [file("a/gone", "1"), file("a/kept", "2"), file("b/c/deep", "3"), file("d/x", "4")],
        [
          file("a/.wh.gone", ""),
          file("b/.wh.c", ""),
          file("d/.wh.missing", ""),
          file("e/.wh.f", ""),
        ],
      ],
      1n,
    );
    assert.deepEqual(namesIn(root, "a"), ["kept"]);
    assert.deepEqual(namesIn(root, "b"), []);
    assert.deepEqual(namesIn(root, "d"), ["x"]);
    assert.deepEqual(namesIn(root, "."), ["a", "b", "d"]);
  });

  test("hide only what lower layers have, wherever in the layer the mark stands", () => {
    const root = layerTree(
      [
        [file("a", "low"), file("d/low", "1")],
        [file("a", "high"), file(".wh.a", ""), file("d/high", "2"), file("d/.wh..wh..opq", "")],
      ],
      1n,
    );
    assert.equal(textAt(root, "a"), "high");
    assert.deepEqual(namesIn(root, "d"), ["high"]);
  });

  test("show no marks, and ignore those of other tools", () => {
    const root = layerTree(
      [[file(".wh..wh.plnk", ""), file("d/.wh..wh.orph", ""), folder("d")]],
      1n,
    );
    assert.deepEqual(namesIn(root, "."), ["d"]);
    assert.deepEqual(namesIn(root, "d"), []);
  });

  test("give one file several names", () => {
    const root = layerTree(
      [
        [file("a", "x"), hardlink("d/b", "a"), symlink("s", "a"), hardlink("t", "./s")],
        [hardlink("c", "d/b")],
      ],
      1n,
    );
    assert.equal(textAt(root, "d/b"), "x");
    assert.equal(statAt(root, "a").inode, statAt(root, "c").inode);
    assert.equal(statAt(root, "a").links, 3);
    assert.equal(readLinkPath(root, "t"), "a");
  });

  test("count only the names that are left", () => {
    const root = layerTree(
      [
        [file("a", "x"), hardlink("b", "a"), hardlink("d/c", "a"), folder("e/f")],
        [file(".wh.d", ""), file("b", "y")],
      ],
      1n,
    );
    assert.equal(statAt(root, "a").links, 1);
    assert.equal(statAt(root, "e").links, 3);
    assert.equal(statAt(root, ".").links, 3);
  });

  test("refuse entries that lead out, or through anything but directories", () => {
    const refused: readonly (readonly [path: string, entries: readonly LayerEntry[]])[] = [
      ["/etc/passwd", [file("/etc/passwd", "x")]],
      ["../x", [file("../x", "x")]],
      ["a/../../x", [folder("a"), file("a/../../x", "x")]],
      ["a/..", [folder("a/..")]],
      ["a\0b", [file("a\0b", "x")]],
      ["\ud800", [file("\ud800", "x")]],
      ["n".repeat(256), [file("n".repeat(256), "x")]],
      ["l/x", [symlink("l", "/etc"), file("l/x", "x")]],
      ["f/x", [file("f", ""), file("f/x", "x")]],
      [".", [file(".", "x")]],
      ["./", [symlink("./", "/")]],
      ["h", [hardlink("h", "missing")]],
      ["h", [folder("d"), hardlink("h", "d")]],
      ["../h", [hardlink("../h", "x")]],
      ["/etc/passwd", [hardlink("h", "/etc/passwd")]],
      ["s", [symlink("s", "")]],
      ["s", [symlink("s", "a\0b")]],
      ["d/.wh...", [folder("d"), file("d/.wh...", "")]],
      [".wh.d/file", [file(".wh.d/file", "")]],
      [".wh.", [file(".wh.", "")]],
      ["../.wh.x", [file("../.wh.x", "")]],
    ];
    for (const [path, entries] of refused) {
      assert.throws(() => layerTree([entries], 1n), isRefusal(path), JSON.stringify(path));
    }
  });

  test("end every entry below the root or refuse it by name, whatever it says", () => {
    const anyPath = fc
      .array(fc.constantFrom("a", "b", "..", ".", "", ".wh.a", ".wh..wh..opq", "\0"), {
        maxLength: 4,
      })
      .map((names) => names.join("/"));
    const entry = fc
      .tuple(anyPath, anyPath, fc.nat(3))
      .map(([path, target, kind]) =>
        [file(path, ""), folder(path), symlink(path, target), hardlink(path, target)].at(kind),
      )
      .filter((made) => made !== undefined);
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 8 }), { maxLength: 3 }), (layers) => {
        try {
          const root = layerTree(layers, 1n);
          assert.deepEqual(
            namesIn(root, ".").filter((name) => !["a", "b"].includes(name)),
            [],
          );
        } catch (error) {
          assert.ok(error instanceof PlatformError, String(error));
          assert.equal(error.code, "IMAGE_MALFORMED");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("refuse a path that no walk could take", () => {
    const path = `${"a/".repeat(2047)}x`;
    assert.equal(textAt(layerTree([[file(path, "deep")]], 1n), path), "deep");
    assert.throws(() => layerTree([[file(`a/${path}`, "deeper")]], 1n), {
      code: "IMAGE_MALFORMED",
      message: /over 4095 characters/,
    });
  });

  test("refuse to make more objects than a process could use, however few entries say so", () => {
    const below = "a/".repeat(2000);
    const entries = Array.from({ length: 600 }, (_, index) => file(`${index}/${below}x`, ""));
    assert.throws(() => layerTree([entries], 1n), { code: "IMAGE_TOO_LARGE" });
  });

  test("hold tens of thousands of entries", () => {
    const entries = Array.from({ length: 30_000 }, (_, index) =>
      file(`usr/lib/d${index % 100}/f${index}`, String(index)),
    );
    const root = layerTree([entries], 1n);
    assert.equal(textAt(root, "usr/lib/d99/f29999"), "29999");
    assert.equal(namesIn(root, "usr/lib/d7").length, 300);
  });

  test("give files whose bytes are the entry's own, not a copy", () => {
    const bytes = new Uint8Array([65]);
    const root = layerTree([[{ path: "a", kind: "regular", bytes, modifiedNs: 0n }]], 1n);
    bytes[0] = 66;
    assert.equal(textAt(root, "a"), "B");
    assert.equal(root.open("a", { ...reading, write: true }), errno.EROFS);
  });
});
