import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeededRandom } from "#core/base";
import { errno, Errno } from "#core/sys";
import { type OpenFile, openPath, statPath, unlinkPath } from "#core/vfs";
import { devices } from "./devices.ts";

const opening = {
  read: true,
  write: true,
  create: false,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};
const root = devices(new SeededRandom(1));

function device(name: string): OpenFile {
  const file = openPath(root, name, opening);
  assert.ok(!(file instanceof Errno) && file.kind === "character");
  return file;
}

function readFrom(name: string): readonly number[] {
  const bytes = new Uint8Array(8).fill(7);
  const count = device(name).read(bytes, 3);
  assert.ok(typeof count === "number");
  return [...bytes.subarray(0, count)];
}

suite("devices", () => {
  test("null has nothing to read", () => assert.deepEqual(readFrom("null"), []));

  test("zero and full have zeros to read without end", () => {
    assert.deepEqual(readFrom("zero"), [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(readFrom("full"), [0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("random and urandom have what the entropy gives", () => {
    for (const name of ["random", "urandom"]) {
      assert.notDeepEqual(readFrom(name), readFrom(name));
      assert.ok(readFrom(name).some((byte) => byte !== 7 && byte !== 0));
    }
  });

  test("full takes no bytes, all others take any", () => {
    for (const name of ["null", "zero", "random", "urandom"]) {
      assert.equal(device(name).write(new Uint8Array(9), 0), 9, name);
    }
    assert.equal(device("full").write(new Uint8Array(9), 0), errno.ENOSPC);
    assert.equal(device("full").write(new Uint8Array(0), 0), 0);
  });

  test("are listed as what they are", () => {
    const entries = root.list();
    assert.ok(!(entries instanceof Errno));
    for (const { name, kind, inode } of entries) {
      const stat = statPath(root, name, { followLast: true });
      assert.ok(!(stat instanceof Errno));
      assert.deepEqual([stat.kind, stat.inode], [kind, inode]);
      assert.equal(kind, "character");
    }
    assert.equal(new Set(entries.map(({ inode }) => inode)).size, 5);
  });

  test("can be opened as if to be created or emptied, as shells do", () => {
    const shell = openPath(root, "null", { ...opening, create: true, truncate: true });
    assert.ok(!(shell instanceof Errno) && shell.kind === "character");
    const exclusive = openPath(root, "null", { ...opening, create: true, exclusive: true });
    assert.equal(exclusive, errno.EEXIST);
  });

  test("have no size, no end, and nothing to keep", () => {
    const file = device("null");
    assert.equal(file.truncate(0), errno.EINVAL);
    assert.equal(file.sync(), errno.EINVAL);
    assert.deepEqual(file.stat(), statPath(root, "null", { followLast: true }));
    file.close();
  });

  test("cannot be changed, and nothing can be put beside them", () => {
    assert.equal(unlinkPath(root, "null"), errno.EROFS);
    assert.equal(root.makeDirectory("new"), errno.EROFS);
    assert.equal(openPath(root, "new", { ...opening, create: true }), errno.EROFS);
    assert.equal(openPath(root, "new", opening), errno.ENOENT);
    assert.equal(openPath(root, "null/x", opening), errno.ENOTDIR);
    assert.equal(root.readLink("null"), errno.EINVAL);
  });
});
