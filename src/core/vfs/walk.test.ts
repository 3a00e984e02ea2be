import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { simulatedHost } from "#adapters/sim";
import { errno, Errno } from "#core/sys";
import { type Directory, openPath, Quota, renamePath, statPath } from "#core/vfs";
import { MemoryTree } from "#core/vfs/memory";
import { outsideDirectory } from "#core/vfs/outside";
import { Walk } from "./walk.ts";

function newTree(): MemoryTree {
  return new MemoryTree({ quota: new Quota(1e6), now: () => 0n, device: 1n });
}

/** The directory at a path, made with all above it, for the caller to release. */
function makeAll(root: Directory, path: string): Directory {
  let at = root.retain();
  for (const name of path.split("/")) {
    at.makeDirectory(name);
    const next = at.enter(name);
    assert.ok(!(next instanceof Errno));
    at.release();
    at = next;
  }
  return at;
}

function inodeOf(directory: Directory): bigint {
  const stat = directory.stat();
  assert.ok(!(stat instanceof Errno));
  return stat.inode;
}

suite("walk", () => {
  test("stops at the last name and leaves it to the caller", () => {
    const { root } = newTree();
    const inner = makeAll(root, "a/b");
    const walk = new Walk(root);
    assert.equal(walk.go("a/./b/../b/missing/"), undefined);
    assert.equal(walk.here, inner);
    assert.equal(walk.name, "missing");
    assert.equal(walk.mustBeDirectory, true);
    walk.release();
    inner.release();
  });

  test("has no last name when the path ends in a directory it has walked to", () => {
    const { root } = newTree();
    makeAll(root, "a/b").release();
    for (const path of [".", "./", "a/..", "a/b/../..", "a/../."]) {
      const walk = new Walk(root);
      assert.equal(walk.go(path), undefined, path);
      assert.equal(walk.name, "", path);
      assert.equal(walk.here, root, path);
      walk.release();
    }
  });

  test("goes on where the last name leads, with links left over from the way", () => {
    const { root } = newTree();
    const inner = makeAll(root, "a");
    inner.makeSymlink("l", "../a/./l2");
    inner.makeSymlink("l2", "..");
    const walk = new Walk(root);
    assert.equal(walk.go("a/l"), undefined);
    assert.equal(walk.name, "l");
    assert.equal(walk.follow(), undefined);
    assert.equal(walk.name, "l2");
    assert.equal(walk.follow(), undefined);
    assert.equal(walk.name, "");
    assert.equal(walk.here, root);
    walk.release();
    inner.release();
  });

  test("stays where it is to look again when there is no link to follow", () => {
    const { root } = newTree();
    makeAll(root, "a").release();
    const walk = new Walk(root);
    walk.go("a");
    for (let look = 0; look < 40; look++) assert.equal(walk.follow(), undefined);
    assert.equal(walk.name, "a");
    assert.equal(walk.follow(), errno.ELOOP);
    walk.release();
  });
});

suite("walk in one step for several names", () => {
  /** A tree of the simulated host, which can be entered along several names at once. */
  function newHost(): {
    root: Directory;
    port: ReturnType<ReturnType<typeof simulatedHost>["directory"]>;
  } {
    const port = simulatedHost({ seed: 1 }).directory({ "a/b/c/file": "in c", "a/other": "in a" });
    return { port, root: outsideDirectory(port) };
  }

  test("finds the way back up when double dots come later", () => {
    const { root, port } = newHost();
    const top = makeAll(root, "a/b");
    top.makeSymlink("back", "c/../../other");
    top.makeSymlink("far", "../../a/b/../other");
    top.makeSymlink("out", "../../../x");
    top.release();
    const sizeOf = (path: string): number | string => {
      const stat = statPath(root, path, { followLast: true });
      return stat instanceof Errno ? stat.name : stat.sizeBytes;
    };
    assert.equal(sizeOf("a/b/back"), 4);
    assert.equal(sizeOf("a/b/far"), 4);
    assert.equal(sizeOf("a/b/out"), "EPERM");
    assert.equal(sizeOf("a/b/c/file"), 4);
    assert.equal(sizeOf("a/b//c/file"), 4);
    assert.equal(sizeOf("a/b/c//"), 0);
    assert.equal(sizeOf("a/b/c/file//"), "ENOTDIR");
    assert.equal(port.openCount, 0);
  });

  test("walks name by name past a link", () => {
    const { root, port } = newHost();
    root.makeSymlink("link", "a/b");
    assert.ok(!(statPath(root, "link/c/file", { followLast: true }) instanceof Errno));
    assert.equal(statPath(root, "a/b/missing/file", { followLast: true }), errno.ENOENT);
    assert.equal(statPath(root, "a/other/b/file", { followLast: true }), errno.ENOTDIR);
    assert.equal(port.openCount, 0);
  });
});

const names = ["a", "b", "c", "l", "m", "..", ".", ""];
const anyPath = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 9 })
  .map((parts) => parts.join("/"));

/** Links and directories at random places of a tree, made through whatever is there. */
function plant(base: Directory, plan: readonly (readonly [string, string, boolean])[]): void {
  for (const [path, target, isLink] of plan) {
    const walk = new Walk(base);
    if (walk.go(path) === undefined && walk.name !== "") {
      if (isLink) walk.here.makeSymlink(walk.name, target === "" ? "." : target);
      else walk.here.makeDirectory(walk.name);
    }
    walk.release();
  }
}

const plan = fc.array(fc.tuple(anyPath, anyPath, fc.boolean()), { maxLength: 30, size: "max" });

suite("no path leads out of the base", () => {
  test("whatever links there are: what is found is always below", () => {
    fc.assert(
      fc.property(plan, fc.array(anyPath, { maxLength: 20, size: "max" }), (links, paths) => {
        const tree = newTree();
        const base = makeAll(tree.root, "x/base");
        for (const name of ["a", "b", "c"]) makeAll(tree.root, `x/${name}/a`).release();
        const outside = new Set(inodesBelow(tree.root));
        plant(base, links);
        for (const path of paths) {
          const stat = statPath(base, path, { followLast: true });
          assert.ok(
            stat instanceof Errno || !outside.has(stat.inode) || stat.inode === inodeOf(base),
          );
        }
        base.release();
        assert.equal(tree.heldCount, 0);
      }),
      { numRuns: 300 },
    );
  });

  test("the walk agrees with one that knows the whole tree", () => {
    fc.assert(
      fc.property(plan, fc.array(anyPath, { maxLength: 20, size: "max" }), (links, paths) => {
        const { root } = newTree();
        plant(root, links);
        for (const path of paths) {
          const stat = statPath(root, path, { followLast: true });
          const expected = naiveInode(root, path);
          assert.equal(stat instanceof Errno ? stat.name : stat.inode, expected, path);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("every handle that a walk takes is given back, however the walk ends", () => {
    fc.assert(
      fc.property(plan, fc.array(anyPath, { maxLength: 20, size: "max" }), (links, paths) => {
        const port = simulatedHost({ seed: 1 }).directory();
        const root = outsideDirectory(port);
        plant(root, links);
        const mode = { read: true, write: true, create: true, exclusive: false, truncate: false };
        for (const path of paths) {
          statPath(root, path, { followLast: false });
          renamePath({ base: root, path }, { base: root, path: paths[0] ?? "a" });
          const opened = openPath(root, path, { ...mode, followLast: true, directory: false });
          if (opened instanceof Errno) continue;
          assert.equal(port.openCount, 1);
          if (opened.kind === "directory") opened.release();
          else opened.close();
        }
        assert.equal(port.openCount, 0);
      }),
      { numRuns: 300 },
    );
  });
});

function inodesBelow(directory: Directory): readonly bigint[] {
  const entries = directory.list();
  if (entries instanceof Errno) return [];
  const below = entries.flatMap(({ name }) => {
    const inner = directory.enter(name);
    if (inner instanceof Errno) return [];
    const inodes = inodesBelow(inner);
    inner.release();
    return inodes;
  });
  return [inodeOf(directory), ...below];
}

/** What a path leads to, found in the plainest way: a list of names from the root, over again. */
function naiveInode(root: Directory, path: string): bigint | string {
  const at: Directory[] = [root];
  let todo = path.startsWith("/") ? undefined : path.split("/");
  if (path === "") return "ENOENT";
  let links = 0;
  while (todo !== undefined && todo.length > 0) {
    const [name = "", ...rest] = todo;
    const here = at.at(-1);
    assert.ok(here !== undefined);
    todo = rest;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at.pop();
      if (at.length === 0) return "EPERM";
      continue;
    }
    const target = here.readLink(name);
    if (typeof target === "string") {
      links += 1;
      if (links > 40) return "ELOOP";
      todo = target.startsWith("/") ? undefined : [...target.split("/"), ...rest];
      continue;
    }
    const inner = here.enter(name);
    if (inner instanceof Errno) return inner.name;
    at.push(inner);
  }
  const last = at.at(-1);
  return todo === undefined || last === undefined ? "EPERM" : inodeOf(last);
}
