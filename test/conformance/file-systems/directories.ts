import assert from "node:assert/strict";
import { type Case, changing, looking } from "./case.ts";
import { seedNames } from "./seed.ts";
import { must, Visitor } from "./visitor.ts";

export const directoryCases: readonly Case[] = [
  looking("lists all names but the dots", (visitor) => {
    assert.deepEqual(visitor.names(), seedNames);
    assert.deepEqual(visitor.names("dir"), ["back", "far-out", "file", "sub"]);
    assert.deepEqual(visitor.names("empty"), []);
  }),
  looking("lists with the kind and the inode number that stat has", (visitor) => {
    const directory = visitor.enter("dir");
    for (const { name, kind, inode } of must(directory.list())) {
      const stat = visitor.stat(`dir/${name}`, false);
      assert.deepEqual({ kind, inode }, { kind: stat.kind, inode: stat.inode }, name);
    }
    directory.release();
  }),
  looking("lists in the same order while nothing changes", (visitor) => {
    const directory = visitor.enter(".");
    const names = (): readonly string[] => must(directory.list()).map(({ name }) => name);
    assert.deepEqual(names(), names());
    directory.release();
  }),
  looking("two openings of a directory are one directory", (visitor) => {
    const one = visitor.enter("dir/sub");
    const other = visitor.enter("link-dir/sub");
    assert.deepEqual(must(one.stat()), must(other.stat()));
    one.release();
    assert.equal(new Visitor(other).text("deep"), "deep");
    other.release();
  }),
  looking("a directory with two owners is there until both have released it", (visitor) => {
    const directory = visitor.enter("dir");
    assert.equal(directory.retain(), directory);
    directory.release();
    assert.equal(new Visitor(directory).text("file"), "a file in a directory");
    directory.release();
  }),
  changing("makes a directory, with or without a slash behind", (visitor) => {
    assert.equal(visitor.makeDirectory("new"), "done");
    assert.equal(visitor.makeDirectory("new/inner/"), "done");
    assert.equal(visitor.kind("new/inner"), "directory");
    assert.deepEqual(visitor.names("new"), ["inner"]);
  }),
  changing("makes no directory where there is anything", (visitor) => {
    for (const path of ["dir", "dir/", "file", "link", "dangling", ".", "dir/..", "dir/."]) {
      assert.equal(visitor.makeDirectory(path), "EEXIST", path);
    }
    assert.equal(visitor.makeDirectory("missing/new"), "ENOENT");
    assert.equal(visitor.makeDirectory("file/new"), "ENOTDIR");
  }),
  changing("removes an empty directory only", (visitor) => {
    assert.equal(visitor.removeDirectory("dir"), "ENOTEMPTY");
    assert.equal(visitor.removeDirectory("empty"), "done");
    assert.equal(visitor.kind("empty"), "ENOENT");
    assert.equal(visitor.makeDirectory("again"), "done");
    assert.equal(visitor.removeDirectory("again/"), "done");
    assert.equal(visitor.removeDirectory("again"), "ENOENT");
  }),
  changing("removes nothing but directories as a directory", (visitor) => {
    for (const path of ["file", "file/", "link", "link-dir", "link-dir/", "dangling"]) {
      assert.equal(visitor.removeDirectory(path), "ENOTDIR", path);
    }
  }),
  changing("does not remove where it stands", (visitor) => {
    assert.equal(visitor.removeDirectory("."), "EINVAL");
    assert.equal(visitor.removeDirectory("empty/."), "EINVAL");
  }),
  changing("removes a directory once everything in it is removed", (visitor) => {
    for (const path of ["dir/sub/deep", "dir/sub/up"]) assert.equal(visitor.unlink(path), "done");
    assert.equal(visitor.removeDirectory("dir/sub"), "done");
    for (const name of visitor.names("dir")) assert.equal(visitor.unlink(`dir/${name}`), "done");
    assert.equal(visitor.removeDirectory("dir"), "done");
    assert.equal(visitor.kind("dir"), "ENOENT");
    assert.equal(visitor.kind("link-dir/x"), "ENOENT");
  }),
  changing("a new directory has nothing of the one that was removed", (visitor) => {
    for (const name of visitor.names("dir/sub")) visitor.unlink(`dir/sub/${name}`);
    assert.equal(visitor.removeDirectory("dir/sub"), "done");
    assert.equal(visitor.makeDirectory("dir/sub"), "done");
    assert.deepEqual(visitor.names("dir/sub"), []);
    assert.equal(visitor.kind("dir/sub/deep"), "ENOENT");
    visitor.put("dir/sub/deep", "new");
    assert.deepEqual(visitor.names("dir/sub"), ["deep"]);
  }),
  changing("a removed directory that is still open is empty and stays so", (visitor) => {
    const directory = visitor.enter("empty");
    assert.equal(visitor.removeDirectory("empty"), "done");
    const inside = new Visitor(directory);
    assert.deepEqual(must(directory.list()), []);
    assert.equal(inside.makeDirectory("new"), "ENOENT");
    assert.equal(inside.tries("new", { create: true }), "ENOENT");
    assert.equal(inside.makeSymlink("new", "x"), "ENOENT");
    assert.equal(must(directory.stat()).kind, "directory");
    visitor.makeDirectory("empty");
    assert.equal(inside.makeDirectory("new"), "ENOENT");
    directory.release();
  }),
  changing("removes a name that is no directory's", (visitor) => {
    assert.equal(visitor.unlink("file"), "done");
    assert.equal(visitor.kind("file"), "ENOENT");
    assert.equal(visitor.unlink("file"), "ENOENT");
    assert.equal(visitor.unlink("dir"), "EISDIR");
    assert.equal(visitor.unlink("dir/"), "EISDIR");
    assert.equal(visitor.unlink("."), "EISDIR");
    assert.equal(visitor.unlink("dir/file/"), "ENOTDIR");
    assert.equal(visitor.unlink("missing/"), "ENOENT");
  }),
  changing("holds thousands of names", (visitor) => {
    const names = Array.from({ length: 2_000 }, (_, index) => `name-${index}`);
    const directory = new Visitor(visitor.enter("empty"));
    for (const name of names) directory.tries(name, { create: true });
    assert.deepEqual(directory.names(), names.toSorted());
    for (const name of names) assert.equal(directory.unlink(name), "done");
    assert.deepEqual(directory.names(), []);
    directory.base.release();
  }),
  changing("goes a hundred directories deep", (visitor) => {
    let path = "empty";
    for (let depth = 0; depth < 100; depth++) {
      path += "/d";
      assert.equal(visitor.makeDirectory(path), "done");
    }
    visitor.put(`${path}/file`, "at the bottom");
    assert.equal(visitor.text(`${path}/file`), "at the bottom");
    assert.equal(visitor.kind(`${path}${"/..".repeat(100)}/d`), "directory");
    assert.equal(visitor.kind(`${path}${"/..".repeat(102)}`), "EPERM");
  }),
];
