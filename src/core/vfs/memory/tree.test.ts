import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import { errno, Errno, PlatformError } from "#core/sys";
import {
  type Directory,
  linkPath,
  makePathDirectory,
  makePathSymlink,
  type OpenFile,
  openPath,
  Quota,
  removePathDirectory,
  renamePath,
  statPath,
  unlinkPath,
} from "#core/vfs";
import { MemoryTree } from "./tree.ts";

const limitBytes = 1_000_000;
const editing = {
  read: true,
  write: true,
  create: true,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};

function newTree(quota = new Quota(limitBytes)): MemoryTree {
  let timeNs = 0n;
  return new MemoryTree({ quota, now: () => (timeNs += 1n), device: 1n });
}

function savedBytes(tree: MemoryTree): Uint8Array {
  const writer = new ByteWriter();
  tree.save(writer);
  return writer.toBytes();
}

function restored(saved: Uint8Array, quota = new Quota(limitBytes)): MemoryTree {
  return MemoryTree.restore(new ByteReader(saved), { quota, now: () => 99n, device: 1n });
}

function openFile(root: Directory, path: string): OpenFile {
  const file = openPath(root, path, editing);
  assert.ok(!(file instanceof Errno) && file.kind !== "directory");
  return file;
}

function inodeAt(root: Directory, path: string): bigint {
  const stat = statPath(root, path, { followLast: false });
  assert.ok(!(stat instanceof Errno));
  return stat.inode;
}

const path = fc
  .array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"));
const change = fc.record({
  call: fc.constantFrom("file", "directory", "symlink", "link", "unlink", "remove", "rename"),
  path,
  other: path,
  bytes: fc.uint8Array({ maxLength: 200 }),
  isLeftOpen: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Makes a change, whatever it answers; a file may be left open. */
function apply(root: Directory, { call, path, other, bytes, isLeftOpen }: Change): void {
  const from = { base: root, path };
  const to = { base: root, path: other };
  switch (call) {
    case "file": {
      const file = openPath(root, path, editing);
      if (file instanceof Errno) return;
      if (file.kind !== "directory") file.write(bytes, bytes[0] ?? 0);
      if (isLeftOpen) return;
      return file.kind === "directory" ? file.release() : file.close();
    }
    case "directory":
      return void makePathDirectory(root, path);
    case "symlink":
      return void makePathSymlink(root, path, other);
    case "link":
      return void linkPath({ ...from, followLast: false }, to);
    case "unlink":
      return void unlinkPath(root, path);
    case "remove":
      return void removePathDirectory(root, path);
    case "rename":
      return void renamePath(from, to);
  }
}

suite("file system in memory", () => {
  test("saves, restores and saves again the same bytes, at the same cost", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: "max" }), (changes) => {
        const [quota, otherQuota] = [new Quota(limitBytes), new Quota(limitBytes)];
        const tree = newTree(quota);
        for (const one of changes) apply(tree.root, one);
        const saved = savedBytes(tree);
        const again = restored(saved, otherQuota);
        assert.deepEqual(savedBytes(again), saved);
        assert.equal(otherQuota.usedBytes, quota.usedBytes);
        assert.equal(again.heldCount, 0);
      }),
      { numRuns: 200 },
    );
  });

  test("gives back all space when everything is removed and closed", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: "max" }), (changes) => {
        const quota = new Quota(limitBytes);
        const tree = newTree(quota);
        const emptyBytes = quota.usedBytes;
        for (const one of changes) apply(tree.root, { ...one, isLeftOpen: false });
        removeAll(tree.root);
        assert.equal(quota.usedBytes, emptyBytes);
        assert.equal(tree.heldCount, 0);
      }),
      { numRuns: 200 },
    );
  });

  test("files and directories that are open without a name are found again by inode", () => {
    const tree = newTree();
    const file = openFile(tree.root, "file");
    file.write(new Uint8Array([1, 2, 3]), 0);
    makePathDirectory(tree.root, "dir");
    const directory = tree.root.enter("dir");
    assert.ok(!(directory instanceof Errno));
    const [fileInode, directoryInode] = [inodeAt(tree.root, "file"), inodeAt(tree.root, "dir")];
    unlinkPath(tree.root, "file");
    removePathDirectory(tree.root, "dir");

    const again = restored(savedBytes(tree));
    const reopened = again.reopen(fileInode, editing);
    const reentered = again.reenter(directoryInode);
    assert.ok(!(reopened instanceof Errno) && !(reentered instanceof Errno));
    again.dropUnheld();
    const bytes = new Uint8Array(3);
    assert.equal(reopened.read(bytes, 0), 3);
    assert.deepEqual([...bytes], [1, 2, 3]);
    assert.equal(reentered.makeDirectory("new"), errno.ENOENT);
    reopened.close();
    reentered.release();
    assert.equal(again.reopen(fileInode, editing), errno.ENOENT);
    assert.equal(again.reenter(directoryInode), errno.ENOENT);
  });

  test("what nobody opened again after a restore is dropped, and its space given back", () => {
    const quota = new Quota(limitBytes);
    const tree = newTree();
    openFile(tree.root, "file").write(new Uint8Array(100_000), 0);
    const inode = inodeAt(tree.root, "file");
    unlinkPath(tree.root, "file");
    const again = restored(savedBytes(tree), quota);
    assert.ok(quota.usedBytes > 100_000);
    again.dropUnheld();
    assert.ok(quota.usedBytes < 1_000);
    assert.equal(again.reopen(inode, editing), errno.ENOENT);
  });

  test("inode numbers are never given twice, also not after a restore", () => {
    const tree = newTree();
    openFile(tree.root, "file").close();
    const inode = inodeAt(tree.root, "file");
    unlinkPath(tree.root, "file");
    const { root } = restored(savedBytes(tree));
    openFile(root, "file").close();
    assert.ok(inodeAt(root, "file") > inode);
  });

  test("a million empty files run into the limit", () => {
    const { root } = newTree();
    let made = 0;
    for (; made < 1_000_000; made++) {
      const file = root.open(`file-${made}`, editing);
      if (file instanceof Errno) {
        assert.equal(file, errno.ENOSPC);
        break;
      }
      file.close();
    }
    assert.ok(made > 100 && made < 5_000, String(made));
    assert.equal(root.makeDirectory("directory"), errno.ENOSPC);
    assert.equal(root.makeSymlink("symbolic", "link"), errno.ENOSPC);
    assert.equal(root.unlink("file-1"), undefined);
    assert.equal(root.link("second", { directory: root, name: "file-0" }), undefined);
    assert.equal(root.rename("file-2", { directory: root, name: "moved" }), undefined);
  });

  test("names, texts of links and bytes are counted", () => {
    const quota = new Quota(limitBytes);
    const { root } = newTree(quota);
    const costOf = (change: () => unknown): number => {
      const before = quota.usedBytes;
      change();
      return quota.usedBytes - before;
    };
    assert.ok(costOf(() => root.makeDirectory("n".repeat(200))) >= 200);
    assert.ok(costOf(() => root.makeSymlink("l", "t".repeat(4000))) >= 4000);
    const file = openFile(root, "file");
    assert.ok(costOf(() => file.write(new Uint8Array(10_000), 0)) >= 10_000);
    assert.ok(costOf(() => file.truncate(0)) <= -10_000);
    file.close();
  });

  test("a rename needs no more space than the names differ by", () => {
    const { root } = newTree(new Quota(2_000));
    openFile(root, "n".repeat(100)).close();
    for (let index = 0; root.makeDirectory(`d-${index}`) === undefined; index++);
    assert.equal(
      root.rename("n".repeat(100), { directory: root, name: "m".repeat(100) }),
      undefined,
    );
    assert.equal(root.rename("m".repeat(100), { directory: root, name: "short" }), undefined);
  });

  test("a quota shared by two trees is used up by both", () => {
    const quota = new Quota(limitBytes);
    const [one, other] = [newTree(quota), newTree(quota)];
    const bytes = new Uint8Array(600_000);
    assert.equal(openFile(one.root, "file").write(bytes, 0), 600_000);
    const written = openFile(other.root, "file").write(bytes, 0);
    assert.ok(typeof written === "number" && written < 400_000);
    assert.equal(openFile(one.root, "another").write(bytes, 0), errno.ENOSPC);
  });

  test("a saved tree that does not fit is refused with the limit and what to do", () => {
    const tree = newTree();
    openFile(tree.root, "file").write(new Uint8Array(500_000), 0);
    const saved = savedBytes(tree);
    for (const limit of [100, 1_000, 100_000, 499_999]) {
      assert.throws(
        () => restored(saved, new Quota(limit)),
        (error) => error instanceof PlatformError && error.code === "LIMIT_OUT_OF_RANGE",
      );
    }
  });

  test("saved bytes are not trusted: cut, flipped or made up", () => {
    const tree = newTree();
    for (const path of ["d", "d/e", "d/f"]) makePathDirectory(tree.root, path);
    openFile(tree.root, "d/file").write(new Uint8Array(100).fill(7), 0);
    makePathSymlink(tree.root, "d/link", "e");
    linkPath(
      { base: tree.root, path: "d/file", followLast: false },
      { base: tree.root, path: "x" },
    );
    const saved = savedBytes(tree);
    const survive = (hostile: Uint8Array): void => {
      try {
        const { root } = restored(hostile);
        removeAll(root);
      } catch (error) {
        const isExpected = error instanceof MalformedBytes || error instanceof PlatformError;
        assert.ok(isExpected, String(error));
      }
    };
    for (let end = 0; end < saved.length; end++) survive(saved.subarray(0, end));
    for (let bit = 0; bit < saved.length * 8; bit++) {
      const flipped = saved.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      survive(flipped);
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), survive));
  });

  test("a ring of directories in saved bytes is refused", () => {
    const writer = new ByteWriter();
    writer.u8(1);
    writer.unsigned(9);
    writer.unsigned(3);
    for (const inode of [1, 2, 3]) {
      writer.unsigned(inode);
      writer.u8(1);
      for (let time = 0; time < 3; time++) writer.unsigned64(0n);
    }
    for (const entries of [[], [["a", 3]], [["b", 2]]] as [string, number][][]) {
      writer.unsigned(entries.length);
      for (const [name, inode] of entries) {
        writer.text(name);
        writer.unsigned(inode);
      }
    }
    assert.throws(() => restored(writer.toBytes()), MalformedBytes);
  });
});

function removeAll(directory: Directory): void {
  const entries = directory.list();
  assert.ok(!(entries instanceof Errno));
  for (const { name, kind } of entries) {
    if (kind !== "directory") {
      assert.equal(directory.unlink(name), undefined);
      continue;
    }
    const inner = directory.enter(name);
    assert.ok(!(inner instanceof Errno));
    removeAll(inner);
    inner.release();
    assert.equal(directory.removeDirectory(name), undefined);
  }
}
