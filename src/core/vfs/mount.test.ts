import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno, Errno, PlatformError } from "#core/sys";
import {
  type Directory,
  linkPath,
  makePathDirectory,
  mountAt,
  openPath,
  Quota,
  removePathDirectory,
  renamePath,
  setPathTimes,
  statPath,
  unlinkPath,
} from "#core/vfs";
import { MemoryTree } from "#core/vfs/memory";

const creating = {
  read: true,
  write: true,
  create: true,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};

function newTree(device: bigint, ...files: readonly string[]): MemoryTree {
  const tree = new MemoryTree({ quota: new Quota(1e6), now: () => 0n, device });
  for (const path of files) {
    const names = path.split("/");
    names.forEach((_, index) => {
      const above = names.slice(0, index).join("/");
      if (above !== "") makePathDirectory(tree.root, above);
    });
    const file = openPath(tree.root, path, creating);
    assert.ok(!(file instanceof Errno) && file.kind !== "directory");
    file.close();
  }
  return tree;
}

function namesIn(root: Directory, path: string): readonly string[] {
  const opened = openPath(root, path, {
    ...creating,
    write: false,
    create: false,
    directory: true,
  });
  assert.ok(!(opened instanceof Errno) && opened.kind === "directory");
  const entries = opened.list();
  opened.release();
  assert.ok(!(entries instanceof Errno));
  return entries.map(({ name }) => name).toSorted();
}

function deviceOf(root: Directory, path: string): bigint | string {
  const stat = statPath(root, path, { followLast: true });
  return stat instanceof Errno ? stat.name : stat.device;
}

suite("mount", () => {
  test("shows another directory at a path, and hides what was there", () => {
    const root = mountAt(newTree(1n, "a/hidden", "b/file").root, [
      { path: "/a", directory: newTree(2n, "seen").root },
    ]);
    assert.deepEqual(namesIn(root, "a"), ["seen"]);
    assert.equal(deviceOf(root, "a"), 2n);
    assert.equal(deviceOf(root, "a/hidden"), "ENOENT");
    assert.equal(deviceOf(root, "a/../b/file"), 1n);
    assert.deepEqual(namesIn(root, "."), ["a", "b"]);
  });

  test("shows it below names that the root does not have, each listed with its stat", () => {
    const root = mountAt(newTree(1n, "file").root, [
      { path: "x/y", directory: newTree(2n, "seen").root },
      { path: "./x/z/", directory: newTree(3n).root },
    ]);
    assert.deepEqual(namesIn(root, "."), ["file", "x"]);
    assert.deepEqual(namesIn(root, "x"), ["y", "z"]);
    assert.deepEqual(namesIn(root, "x/y"), ["seen"]);
    assert.equal(deviceOf(root, "x/y/.."), 0n);
    assert.equal(makePathDirectory(root, "x/new"), errno.EROFS);
    const top = root.list();
    assert.ok(!(top instanceof Errno));
    for (const { name, inode } of top) {
      const stat = root.statEntry(name);
      assert.ok(!(stat instanceof Errno));
      assert.equal(stat.inode, inode);
    }
  });

  test("shows mounts inside of mounts", () => {
    const root = mountAt(newTree(1n).root, [
      { path: "a", directory: newTree(2n, "own", "b/hidden").root },
      { path: "a/b", directory: newTree(3n, "seen").root },
    ]);
    assert.deepEqual(namesIn(root, "a"), ["b", "own"]);
    assert.deepEqual(namesIn(root, "a/b"), ["seen"]);
    assert.equal(deviceOf(root, "a/b/../own"), 2n);
  });

  test("takes the place of the root when that is the path", () => {
    const root = mountAt(newTree(1n, "hidden").root, [
      { path: "/", directory: newTree(2n, "seen").root },
      { path: "/dev", directory: newTree(3n, "null").root },
    ]);
    assert.deepEqual(namesIn(root, "."), ["dev", "seen"]);
    assert.deepEqual(namesIn(root, "dev"), ["null"]);
  });

  test("a mount point cannot be removed, moved, replaced or made again", () => {
    const root = mountAt(newTree(1n, "b/file", "file").root, [
      { path: "a", directory: newTree(2n).root },
    ]);
    const at = (path: string): { base: Directory; path: string } => ({ base: root, path });
    assert.equal(removePathDirectory(root, "a"), errno.EBUSY);
    assert.equal(renamePath(at("a"), at("c")), errno.EBUSY);
    assert.equal(renamePath(at("b"), at("a")), errno.EBUSY);
    assert.equal(unlinkPath(root, "a"), errno.EISDIR);
    assert.equal(makePathDirectory(root, "a"), errno.EEXIST);
    assert.equal(linkPath({ ...at("file"), followLast: false }, at("a")), errno.EEXIST);
    assert.equal(linkPath({ ...at("a"), followLast: false }, at("c")), errno.EPERM);
    assert.equal(openPath(root, "a", creating), errno.EISDIR);
    assert.equal(openPath(root, "a", { ...creating, exclusive: true }), errno.EEXIST);
  });

  test("nothing is linked or moved across a mount, but everything within one", () => {
    const root = mountAt(newTree(1n, "b/file", "c/file").root, [
      { path: "a", directory: newTree(2n, "d/file").root },
    ]);
    const at = (path: string): { base: Directory; path: string } => ({ base: root, path });
    assert.equal(renamePath(at("b/file"), at("a/file")), errno.EXDEV);
    assert.equal(renamePath(at("a/d"), at("d")), errno.EXDEV);
    assert.equal(linkPath({ ...at("b/file"), followLast: false }, at("a/file")), errno.EXDEV);
    assert.equal(renamePath(at("b/file"), at("c/moved")), undefined);
    assert.equal(renamePath(at("a/d/file"), at("a/moved")), undefined);
    assert.equal(linkPath({ ...at("a/moved"), followLast: false }, at("a/d/x")), undefined);
  });

  test("the times of a mount point are those of what is mounted", () => {
    const inner = newTree(2n);
    const root = mountAt(newTree(1n).root, [{ path: "a", directory: inner.root }]);
    const times = { accessedNs: 5n, modifiedNs: 6n };
    assert.equal(setPathTimes(root, "a", { followLast: true, times }), undefined);
    const stat = inner.root.stat();
    assert.ok(!(stat instanceof Errno));
    assert.equal(stat.modifiedNs, 6n);
  });

  test("a path with double dots is refused, with the path in the message", () => {
    assert.throws(
      () => mountAt(newTree(1n).root, [{ path: "a/../b", directory: newTree(2n).root }]),
      (error) => error instanceof PlatformError && error.message.includes('"a/../b"'),
    );
  });

  test("what was entered through mounts is released", () => {
    const [outer, inner] = [newTree(1n, "b/file"), newTree(2n, "d/file")];
    const root = mountAt(outer.root, [{ path: "a", directory: inner.root }]);
    deviceOf(root, "a/d/../../b/file");
    namesIn(root, "a/d");
    assert.equal(outer.heldCount, 0);
    assert.equal(inner.heldCount, 0);
  });
});
