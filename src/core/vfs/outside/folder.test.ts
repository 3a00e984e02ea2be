import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simulatedHost } from "#adapters/sim";
import type { OutsideDirectory } from "#core/host";
import { errno, Errno } from "#core/sys";
import { linkPath, openPath, renamePath, statPath } from "#core/vfs";
import { outsideDirectory } from "./folder.ts";

const reading = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};
const files = { "a/b/file": "text", file: "top" };

/** A port that notes the calls it is asked for. */
function watched(options?: { readonly readOnly: boolean }): {
  readonly port: OutsideDirectory;
  readonly calls: string[];
  readonly openCount: () => number;
} {
  const inner = simulatedHost({ seed: 1 }).directory(files, options);
  const calls: string[] = [];
  const port = new Proxy<OutsideDirectory>(inner, {
    get(_, key) {
      const value: unknown = Reflect.get(inner, key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        calls.push(String(key));
        return Reflect.apply(value, inner, args);
      };
    },
  });
  return { port, calls, openCount: () => inner.openCount };
}

suite("outside directory", () => {
  test("costs one call of the host for an operation on a name", () => {
    const { port, calls } = watched();
    const root = outsideDirectory(port);
    const callsOf = (act: () => unknown): readonly string[] => {
      calls.length = 0;
      act();
      return [...calls];
    };
    assert.deepEqual(
      callsOf(() => statPath(root, "file", { followLast: true })),
      ["stat"],
    );
    assert.deepEqual(
      callsOf(() => openPath(root, "file", reading)),
      ["openFile"],
    );
    assert.deepEqual(
      callsOf(() => root.makeDirectory("new")),
      ["makeDirectory"],
    );
    assert.deepEqual(
      callsOf(() => root.list()),
      ["list"],
    );
  });

  test("enters all directories of a plain path in one call", () => {
    const { port, calls } = watched();
    statPath(outsideDirectory(port), "a/b/file", { followLast: true });
    assert.deepEqual(calls, ["openDirectory", "stat", "close"]);
  });

  test("closes a directory when its last owner releases it, and the root never", () => {
    const { port, openCount, calls } = watched();
    const root = outsideDirectory(port);
    const inner = root.enter("a");
    assert.ok(!(inner instanceof Errno));
    inner.retain();
    inner.release();
    assert.equal(openCount(), 1);
    inner.release();
    assert.equal(openCount(), 0);
    root.release();
    assert.equal(calls.filter((call) => call === "close").length, 1);
    assert.ok(!(root.list() instanceof Errno));
  });

  test("asks a read-only host for no change", () => {
    const { port, calls } = watched({ readOnly: true });
    const root = outsideDirectory(port);
    const times = { accessedNs: 1n, modifiedNs: 1n };
    const place = { directory: root, name: "file" };
    assert.equal(root.makeDirectory("new"), errno.EROFS);
    assert.equal(root.makeSymlink("new", "x"), errno.EROFS);
    assert.equal(root.link("new", place), errno.EROFS);
    assert.equal(root.rename("file", { directory: root, name: "new" }), errno.EROFS);
    assert.equal(root.unlink("file"), errno.EROFS);
    assert.equal(root.removeDirectory("a"), errno.EROFS);
    assert.equal(root.setTimes(times), errno.EROFS);
    assert.equal(root.setEntryTimes("file", times), errno.EROFS);
    assert.equal(root.open("file", { ...reading, write: true }), errno.EROFS);
    assert.equal(root.open("new", { ...reading, create: true }), errno.EROFS);
    assert.deepEqual([...new Set(calls)], ["stat"]);
  });

  test("links and moves nothing to another host directory", () => {
    const [one, other] = [watched(), watched()].map(({ port }) => outsideDirectory(port));
    assert.ok(one !== undefined && other !== undefined);
    const from = { base: one, path: "file" };
    const to = { base: other, path: "new" };
    assert.equal(renamePath(from, to), errno.EXDEV);
    assert.equal(linkPath({ ...from, followLast: false }, to), errno.EXDEV);
  });
});
