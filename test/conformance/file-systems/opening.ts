import assert from "node:assert/strict";
import { type Case, changing, looking } from "./case.ts";
import { must, textIn } from "./visitor.ts";

export const openingCases: readonly Case[] = [
  looking("reads a file from any position, and nothing behind its end", (visitor) => {
    const file = visitor.open("file");
    assert.equal(textIn(file), "hello world");
    assert.equal(textIn(file, 6), "world");
    for (const position of [11, 12, 2 ** 32, 2 ** 53 - 1]) {
      assert.equal(file.read(new Uint8Array(4), position), 0, String(position));
    }
    assert.equal(file.read(new Uint8Array(0), 0), 0);
    file.close();
  }),
  looking("reads into the very bytes it is given and leaves the rest alone", (visitor) => {
    const file = visitor.open("file");
    const around = new Uint8Array(16).fill(7);
    assert.equal(file.read(around.subarray(4, 8), 0), 4);
    assert.deepEqual([...around], [7, 7, 7, 7, 104, 101, 108, 108, 7, 7, 7, 7, 7, 7, 7, 7]);
    assert.equal(file.read(around, 9), 2);
    assert.deepEqual([...around.subarray(0, 3)], [108, 100, 7]);
    file.close();
  }),
  looking("a file opened twice is read twice", (visitor) => {
    const one = visitor.open("file");
    const other = visitor.open("link");
    assert.equal(textIn(one), textIn(other));
    one.close();
    assert.equal(textIn(other), "hello world");
    other.close();
  }),
  looking("an open file has the stat of its path", (visitor) => {
    const file = visitor.open("dir/file");
    assert.deepEqual(file.stat(), visitor.stat("dir/file"));
    assert.equal(must(file.stat()).sizeBytes, 21);
    assert.equal(must(file.stat()).links, 1);
    file.close();
  }),
  looking("objects are told apart by device and inode, and only by them", (visitor) => {
    const paths = ["file", "dir", "dir/file", "dir/sub", "dir/sub/deep", "empty", "."];
    const identity = (path: string): string => {
      const { device, inode } = visitor.stat(path, false);
      return `${device}:${inode}`;
    };
    assert.equal(new Set(paths.map(identity)).size, paths.length);
    assert.equal(identity("dir/../file"), identity("file"));
    assert.notEqual(identity("link"), identity("file"));
  }),
  looking("a directory is opened by its path, for reading", (visitor) => {
    assert.equal(visitor.tries("dir"), "directory");
    assert.equal(visitor.tries("dir", { directory: true }), "directory");
    assert.equal(visitor.tries("link-dir", { directory: true }), "directory");
  }),
  looking("a directory opened to be written, emptied or created answers EISDIR", (visitor) => {
    assert.equal(visitor.tries("dir", { write: true }), "EISDIR");
    assert.equal(visitor.tries("dir", { truncate: true }), "EISDIR");
    assert.equal(visitor.tries("dir", { create: true }), "EISDIR");
    assert.equal(visitor.tries(".", { write: true }), "EISDIR");
    assert.equal(visitor.tries("dir", { create: true, exclusive: true }), "EEXIST");
    assert.equal(visitor.tries(".", { create: true, exclusive: true }), "EEXIST");
  }),
  looking("a file where a directory is asked for answers ENOTDIR", (visitor) => {
    assert.equal(visitor.tries("file", { directory: true }), "ENOTDIR");
    assert.equal(visitor.tries("link", { directory: true }), "ENOTDIR");
  }),
  looking("a directory cannot be asked for and created at once", (visitor) => {
    assert.equal(visitor.tries("new", { directory: true, create: true }), "EINVAL");
    assert.equal(visitor.tries("dir", { directory: true, truncate: true }), "EINVAL");
  }),
  looking("a link that is not to be followed answers ELOOP", (visitor) => {
    assert.equal(visitor.tries("link", { followLast: false }), "ELOOP");
    assert.equal(visitor.tries("link-dir", { followLast: false, directory: true }), "ELOOP");
    assert.equal(visitor.tries("dangling", { followLast: false }), "ELOOP");
  }),
  looking("what exists cannot be created exclusively", (visitor) => {
    for (const path of ["file", "link", "dangling", "dir"]) {
      assert.equal(visitor.tries(path, { create: true, exclusive: true }), "EEXIST", path);
    }
  }),
  looking("what exists is opened as it is when it may be created", (visitor) => {
    assert.equal(visitor.tries("file", { create: true }), "regular");
    assert.equal(visitor.text("file"), "hello world");
  }),
  looking("a file may be opened neither to read nor to write, for its stat", (visitor) => {
    const file = visitor.open("file", { read: false });
    assert.equal(must(file.stat()).sizeBytes, 11);
    file.close();
  }),
  changing("creates a file where there is none", (visitor) => {
    assert.equal(visitor.tries("dir/new", { write: true }), "ENOENT");
    assert.equal(visitor.tries("dir/new", { create: true, exclusive: true }), "regular");
    assert.equal(visitor.stat("dir/new").sizeBytes, 0);
    assert.equal(visitor.tries("dir/new", { create: true, exclusive: true }), "EEXIST");
  }),
  changing("creates nothing below what is missing or no directory", (visitor) => {
    assert.equal(visitor.tries("missing/new", { create: true }), "ENOENT");
    assert.equal(visitor.tries("file/new", { create: true }), "ENOTDIR");
  }),
  changing("creates no file at a path that ends in a slash", (visitor) => {
    assert.equal(visitor.tries("new/", { create: true }), "EISDIR");
    assert.equal(visitor.tries("file/", { create: true }), "EISDIR");
    assert.equal(visitor.kind("new"), "ENOENT");
  }),
  changing("creates a file where a link to nothing leads", (visitor) => {
    const opening = { create: true, write: true } as const;
    assert.equal(visitor.tries("dangling", { ...opening, followLast: false }), "ELOOP");
    assert.equal(visitor.tries("dangling", { ...opening, exclusive: true }), "EEXIST");
    assert.equal(visitor.tries("dangling", opening), "regular");
    assert.equal(visitor.kind("nowhere"), "regular");
    assert.equal(visitor.kind("dangling", false), "symlink");
  }),
  changing("empties a file that is opened so", (visitor) => {
    assert.equal(visitor.tries("file", { write: true, truncate: true }), "regular");
    assert.equal(visitor.text("file"), "");
    visitor.put("file", "again");
    assert.equal(visitor.tries("file", { truncate: true }), "regular");
    assert.equal(visitor.text("link"), "");
  }),
  changing("a file that was opened to read is not written, and the other way round", (visitor) => {
    const reader = visitor.open("file");
    const writer = visitor.open("file", { read: false, write: true });
    assert.ok(reader.write(new Uint8Array(1), 0) !== 1);
    assert.ok(reader.truncate(0) !== undefined);
    assert.ok(writer.read(new Uint8Array(1), 0) !== 1);
    assert.equal(visitor.text("file"), "hello world");
    reader.close();
    writer.close();
  }),
];
