import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import { errno, Errno, PlatformError } from "#core/sys";
import {
  type Directory,
  linkPath,
  makePathDirectory,
  type OpenFile,
  openPath,
  Quota,
  removePathDirectory,
  renamePath,
  setPathTimes,
  type Stat,
  statPath,
  unlinkPath,
} from "#core/vfs";
import { type LayerEntry, layerTree } from "#core/vfs/layer";
import { MemoryTree } from "#core/vfs/memory";
import { Overlay } from "./overlay.ts";

const encoder = new TextEncoder();
const editing = {
  read: true,
  write: true,
  create: true,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};
const reading = { ...editing, write: false, create: false };

const file = (path: string, text: string): LayerEntry => ({
  path,
  kind: "regular",
  bytes: encoder.encode(text),
  modifiedNs: 5n,
});

const base: readonly LayerEntry[] = [
  file("file", "below"),
  file("dir/one", "1"),
  file("dir/two", "2"),
  file("dir/sub/deep", "deep"),
  { path: "link", kind: "symlink", target: "file", modifiedNs: 5n },
];

function newUpper(quota = new Quota(1e6)): MemoryTree {
  let timeNs = 1000n;
  return new MemoryTree({ quota, now: () => (timeNs += 1n), device: 9n });
}

/** An overlay over layers, the lowest first, each a file system of its own. */
function newOverlay(
  layers: readonly (readonly LayerEntry[])[] = [base],
  upper: MemoryTree = newUpper(),
): Overlay {
  return new Overlay({ lowers: lowersOf(layers), upper });
}

function lowersOf(layers: readonly (readonly LayerEntry[])[]): readonly Directory[] {
  return layers.map((entries, index) => layerTree([entries], BigInt(index + 1))).toReversed();
}

function openFile(root: Directory, path: string, mode = editing): OpenFile {
  const opened = openPath(root, path, mode);
  assert.ok(!(opened instanceof Errno) && opened.kind !== "directory");
  return opened;
}

function put(root: Directory, path: string, text: string): void {
  const opened = openFile(root, path, { ...editing, truncate: true });
  opened.write(encoder.encode(text), 0);
  opened.close();
}

function textOf(opened: OpenFile): string {
  const bytes = new Uint8Array(100);
  const count = opened.read(bytes, 0);
  assert.ok(typeof count === "number");
  return new TextDecoder().decode(bytes.subarray(0, count));
}

function textAt(root: Directory, path: string): string {
  const opened = openPath(root, path, reading);
  if (opened instanceof Errno) return opened.name;
  assert.ok(opened.kind !== "directory");
  const text = textOf(opened);
  opened.close();
  return text;
}

function statAt(root: Directory, path: string): Stat {
  const stat = statPath(root, path, { followLast: false });
  assert.ok(!(stat instanceof Errno), path);
  return stat;
}

function namesIn(root: Directory, path: string): readonly string[] {
  const opened = openPath(root, path, { ...reading, directory: true });
  assert.ok(!(opened instanceof Errno) && opened.kind === "directory");
  const entries = opened.list();
  opened.release();
  assert.ok(!(entries instanceof Errno));
  return entries.map(({ name }) => name).toSorted();
}

const identity = ({ device, inode }: Stat): string => `${device}:${inode}`;

suite("overlay", () => {
  test("keeps device and inode of what it copies up, in stat and in listings", () => {
    const { root } = newOverlay();
    for (const path of ["file", "dir/one", "dir", "link"]) {
      const before = statAt(root, path);
      const times = { accessedNs: undefined, modifiedNs: 77n };
      assert.equal(setPathTimes(root, path, { followLast: false, times }), undefined);
      const after = statAt(root, path);
      assert.equal(after.modifiedNs, 77n);
      assert.equal(identity(after), identity(before), path);
    }
    const listed = root.list();
    assert.ok(!(listed instanceof Errno));
    for (const { name, inode } of listed) assert.equal(inode, statAt(root, name).inode, name);
    const opened = openFile(root, "file");
    const stat = opened.stat();
    assert.ok(!(stat instanceof Errno));
    assert.equal(identity(stat), identity(statAt(root, "file")));
  });

  test("leaves the lower directory as it was", () => {
    const lower = layerTree([base], 1n);
    const { root } = new Overlay({ lowers: [lower], upper: newUpper() });
    put(root, "file", "above");
    unlinkPath(root, "dir/one");
    renamePath({ base: root, path: "dir/two" }, { base: root, path: "moved" });
    assert.equal(textAt(lower, "file"), "below");
    assert.deepEqual(namesIn(lower, "dir"), ["one", "sub", "two"]);
    assert.deepEqual(namesIn(root, "dir"), ["sub"]);
    assert.equal(textAt(root, "moved"), "2");
  });

  test("copies nothing for who only reads", () => {
    const quota = new Quota(1e6);
    const { root } = newOverlay([base], newUpper(quota));
    textAt(root, "dir/sub/deep");
    textAt(root, "link");
    namesIn(root, "dir/sub");
    statAt(root, "dir");
    assert.equal(quota.usedBytes, 0);
  });

  test("copies a file that is emptied without its bytes", () => {
    const quota = new Quota(1e6);
    const big = { ...file("big", ""), bytes: new Uint8Array(500_000) } as LayerEntry;
    const { root } = newOverlay([[big]], newUpper(quota));
    put(root, "big", "small");
    assert.ok(quota.usedBytes < 2_000);
    assert.equal(textAt(root, "big"), "small");
  });

  test("leaves no trace of a copy that did not fit", () => {
    const quota = new Quota(50_000);
    const big = { ...file("d/big", ""), bytes: new Uint8Array(100_000).fill(7) } as LayerEntry;
    const { root } = newOverlay([[big]], newUpper(quota));
    assert.equal(openPath(root, "d/big", editing), errno.ENOSPC);
    assert.equal(statAt(root, "d/big").sizeBytes, 100_000);
    assert.equal(textAt(root, "d/big"), "\x07".repeat(100));
    assert.deepEqual(namesIn(root, "d"), ["big"]);
    put(root, "d/other", "fits");
    assert.deepEqual(namesIn(root, "d"), ["big", "other"]);
  });

  test("lets readers of a lower file go over to its copy", () => {
    const { root } = newOverlay();
    const reader = openFile(root, "file", reading);
    const before = reader.stat();
    put(root, "file", "above");
    assert.equal(textOf(reader), "above");
    const after = reader.stat();
    assert.ok(!(before instanceof Errno) && !(after instanceof Errno));
    assert.equal(identity(after), identity(before));
    reader.close();
  });

  test("sets the times of a lower file that is open to be read", () => {
    const { root } = newOverlay();
    const reader = openFile(root, "dir/one", reading);
    const other = openFile(root, "dir/two", reading);
    const times = { accessedNs: undefined, modifiedNs: 77n };
    assert.equal(reader.setTimes(times), undefined);
    assert.equal(statAt(root, "dir/one").modifiedNs, 77n);
    unlinkPath(root, "dir/two");
    assert.equal(other.setTimes(times), errno.EROFS);
    assert.equal(textOf(other), "2");
  });

  test("does not touch the times of directories that it copies up only on the way", () => {
    const { root } = newOverlay([[...base, { path: "dir", kind: "directory", modifiedNs: 6n }]]);
    openFile(root, "dir/sub/deep").close();
    assert.equal(statAt(root, "dir").modifiedNs, 6n);
    assert.equal(statAt(root, "dir/sub/deep").modifiedNs, 5n);
    put(root, "dir/new", "x");
    assert.notEqual(statAt(root, "dir").modifiedNs, 6n);
  });

  test("shows a name of the topmost layer that has it, and merges only directories", () => {
    const { root } = newOverlay([
      [file("a/low", "1"), file("b/low", "1"), file("c", "low"), file("d/low", "1")],
      [file("a/high", "2"), file("b", "file"), file("c/high", "2"), file("d/high", "2")],
      [file("d/top", "3"), file("d/low", "3")],
    ]);
    assert.deepEqual(namesIn(root, "a"), ["high", "low"]);
    assert.equal(textAt(root, "b"), "file");
    assert.deepEqual(namesIn(root, "c"), ["high"]);
    assert.deepEqual(namesIn(root, "d"), ["high", "low", "top"]);
    assert.equal(textAt(root, "d/low"), "3");
    unlinkPath(root, "d/low");
    assert.equal(textAt(root, "d/low"), "ENOENT");
    assert.equal(openPath(root, "b/low", reading), errno.ENOTDIR);
  });

  test("does not let a removed name show through again, whatever comes and goes", () => {
    const { root } = newOverlay();
    for (let round = 0; round < 3; round++) {
      assert.equal(unlinkPath(root, "file"), undefined);
      assert.equal(textAt(root, "file"), "ENOENT");
      put(root, "file", "again");
    }
    renamePath({ base: root, path: "file" }, { base: root, path: "other" });
    assert.equal(textAt(root, "file"), "ENOENT");
    assert.equal(makePathDirectory(root, "file"), undefined);
    assert.deepEqual(namesIn(root, "file"), []);
  });

  test("answers EXDEV for a directory of a layer, so that the mover copies it", () => {
    const { root } = newOverlay();
    const rename = (path: string, to: string): Errno | undefined =>
      renamePath({ base: root, path }, { base: root, path: to });
    assert.equal(rename("dir", "moved"), errno.EXDEV);
    put(root, "dir/new", "x");
    assert.equal(rename("dir", "moved"), errno.EXDEV);
    makePathDirectory(root, "own");
    put(root, "own/file", "x");
    assert.equal(rename("own", "dir/own"), undefined);
    assert.equal(rename("dir/own", "back"), undefined);
    assert.equal(textAt(root, "back/file"), "x");
  });

  test("a second name of a lower file is a name of its copy", () => {
    const { root } = newOverlay();
    const from = { base: root, path: "file", followLast: false };
    assert.equal(linkPath(from, { base: root, path: "dir/second" }), undefined);
    put(root, "dir/second", "both");
    assert.equal(textAt(root, "file"), "both");
    assert.equal(identity(statAt(root, "file")), identity(statAt(root, "dir/second")));
    assert.equal(statAt(root, "file").links, 2);
  });

  test("all who have a directory open see that it is copied up, changed and removed", () => {
    const { root } = newOverlay();
    const one = root.enter("dir");
    assert.ok(!(one instanceof Errno));
    for (const name of ["one", "two"]) unlinkPath(root, `dir/${name}`);
    put(root, "dir/three", "3");
    assert.deepEqual(namesIn(one, "."), ["sub", "three"]);
    for (const path of ["dir/three", "dir/sub/deep"]) unlinkPath(root, path);
    removePathDirectory(root, "dir/sub");
    assert.equal(removePathDirectory(root, "dir"), undefined);
    makePathDirectory(root, "dir");
    put(root, "dir/new", "x");
    assert.deepEqual(namesIn(one, "."), []);
    assert.equal(one.makeDirectory("x"), errno.ENOENT);
    const stat = one.stat();
    assert.ok(!(stat instanceof Errno));
    assert.equal(stat.links, 0);
    one.release();
  });

  test("saves what was changed, and is restored over the same layers", () => {
    const overlay = newOverlay();
    put(overlay.root, "dir/one", "changed");
    put(overlay.root, "dir/\ufeffnew", "new");
    unlinkPath(overlay.root, "dir/two");
    unlinkPath(overlay.root, "link");
    const before = ["file", "dir", "dir/one"].map((path) => identity(statAt(overlay.root, path)));
    const saved = savedBytes(overlay);
    const again = restored(saved);
    assert.deepEqual(savedBytes(again), saved);
    assert.equal(textAt(again.root, "dir/one"), "changed");
    assert.equal(textAt(again.root, "dir/two"), "ENOENT");
    assert.deepEqual(namesIn(again.root, "."), ["dir", "file"]);
    assert.deepEqual(
      ["file", "dir", "dir/one"].map((path) => identity(statAt(again.root, path))),
      before,
    );
    put(again.root, "dir/two", "back");
    assert.equal(textAt(again.root, "dir/two"), "back");
  });

  test("saves, restores and saves again the same bytes, whatever was changed", () => {
    const names = ["file", "dir", "dir/one", "dir/two", "dir/sub", "dir/sub/deep", "link", "new"];
    const path = fc.constantFrom(...names);
    const change = fc.tuple(fc.nat(5), path, path);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20, size: "max" }), (changes) => {
        const overlay = newOverlay();
        const { root } = overlay;
        for (const [kind, one, other] of changes) {
          const from = { base: root, path: one };
          const to = { base: root, path: other };
          if (kind === 0) void openPath(root, one, { ...editing, truncate: true });
          if (kind === 1) unlinkPath(root, one);
          if (kind === 2) removePathDirectory(root, one);
          if (kind === 3) makePathDirectory(root, one);
          if (kind === 4) renamePath(from, to);
          if (kind === 5) linkPath({ ...from, followLast: false }, to);
        }
        const again = restored(savedBytes(overlay));
        assert.deepEqual(savedBytes(again), savedBytes(overlay));
        for (const name of names) {
          const stats = [root, again.root].map((base) =>
            statPath(base, name, { followLast: false }),
          );
          assert.deepEqual(stats[1], stats[0], name);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("saved bytes are not trusted", () => {
    const overlay = newOverlay();
    put(overlay.root, "dir/one", "changed");
    unlinkPath(overlay.root, "dir/two");
    const saved = savedBytes(overlay);
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const hostile = isCut ? saved.slice(0, at) : saved.slice();
        hostile[at] = byte;
        try {
          const { root } = restored(hostile);
          namesIn(root, ".");
          textAt(root, "dir/one");
        } catch (error) {
          const isExpected = error instanceof MalformedBytes || error instanceof PlatformError;
          assert.ok(isExpected, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("releases every lower and upper directory it enters", () => {
    const lower = new MemoryTree({ quota: new Quota(1e6), now: () => 1n, device: 2n });
    const upper = newUpper();
    for (const path of ["a", "a/b"]) makePathDirectory(lower.root, path);
    put(lower.root, "a/b/file", "x");
    const { root } = new Overlay({ lowers: [lower.root], upper });
    put(root, "a/b/file", "y");
    textAt(root, "a/b/../b/file");
    unlinkPath(root, "a/b/file");
    removePathDirectory(root, "a/b");
    makePathDirectory(root, "a/c");
    renamePath({ base: root, path: "a/c" }, { base: root, path: "d" });
    assert.equal(lower.heldCount, 0);
    // Of the upper tree, the root is not held: the overlay has it from the start.
    assert.equal(upper.heldCount, 0);
  });
});

function savedBytes(overlay: Overlay): Uint8Array {
  const writer = new ByteWriter();
  overlay.save(writer);
  return writer.toBytes();
}

function restored(saved: Uint8Array): Overlay {
  const options = { quota: new Quota(1e6), now: () => 1n, device: 9n };
  return Overlay.restore(new ByteReader(saved), {
    lowers: lowersOf([base]),
    restoreUpper: (reader) => MemoryTree.restore(reader, options),
  });
}
