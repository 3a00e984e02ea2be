import assert from "node:assert/strict";
import { type Case, changing } from "./case.ts";
import { must, textIn, Visitor } from "./visitor.ts";

export const renameCases: readonly Case[] = [
  changing("moves a file, which stays the same file", (visitor) => {
    const before = visitor.stat("file");
    assert.equal(visitor.rename("file", "dir/moved"), "done");
    assert.equal(visitor.kind("file"), "ENOENT");
    assert.equal(visitor.text("dir/moved"), "hello world");
    const after = visitor.stat("dir/moved");
    assert.deepEqual([after.device, after.inode], [before.device, before.inode]);
    assert.ok(visitor.names("dir").includes("moved"));
    assert.ok(!visitor.names().includes("file"));
  }),
  changing("replaces a file, whose readers keep what they had", (visitor) => {
    const reader = visitor.open("dir/file");
    assert.equal(visitor.rename("file", "dir/file"), "done");
    assert.equal(visitor.text("dir/file"), "hello world");
    assert.equal(textIn(reader), "a file in a directory");
    assert.equal(must(reader.stat()).links, 0);
    reader.close();
  }),
  changing("a name moved onto itself, or onto a second name, changes nothing", (visitor) => {
    assert.equal(visitor.rename("file", "file"), "done");
    assert.equal(visitor.rename("dir", "dir"), "done");
    assert.equal(visitor.rename("dir/sub/../file", "dir/file"), "done");
    assert.equal(visitor.link("file", "second"), "done");
    assert.equal(visitor.rename("file", "second"), "done");
    assert.equal(visitor.kind("file"), "regular");
    assert.equal(visitor.stat("second").links, 2);
  }),
  changing("renames a directory with all that is in it", (visitor) => {
    assert.equal(visitor.rename("dir", "moved"), "done");
    assert.equal(visitor.text("moved/sub/deep"), "deep");
    assert.equal(visitor.kind("dir"), "ENOENT");
    assert.equal(visitor.rename("moved", "empty/dir"), "done");
    assert.equal(visitor.text("empty/dir/sub/deep"), "deep");
  }),
  changing("moves a new directory, which stays open where it is", (visitor) => {
    visitor.makeDirectory("new");
    visitor.put("new/file", "in it");
    const inside = new Visitor(visitor.enter("new"));
    assert.equal(visitor.rename("new/", "dir/moved/"), "done");
    assert.equal(visitor.text("dir/moved/file"), "in it");
    assert.equal(inside.text("file"), "in it");
    inside.put("more", "later");
    assert.deepEqual(visitor.names("dir/moved"), ["file", "more"]);
    visitor.makeDirectory("new");
    assert.deepEqual(visitor.names("new"), []);
    inside.base.release();
  }),
  changing("a directory replaces an empty directory, and nothing else", (visitor) => {
    visitor.makeDirectory("new");
    visitor.put("new/file", "in it");
    assert.equal(visitor.rename("new", "dir"), "ENOTEMPTY");
    assert.equal(visitor.rename("new", "file"), "ENOTDIR");
    assert.equal(visitor.rename("new", "link"), "ENOTDIR");
    assert.equal(visitor.rename("new", "empty"), "done");
    assert.deepEqual(visitor.names("empty"), ["file"]);
    assert.equal(visitor.kind("new"), "ENOENT");
  }),
  changing("a directory that replaced another has nothing of it", (visitor) => {
    for (const name of visitor.names("dir/sub")) visitor.unlink(`dir/sub/${name}`);
    visitor.makeDirectory("new");
    assert.equal(visitor.rename("new", "dir/sub"), "done");
    assert.deepEqual(visitor.names("dir/sub"), []);
    assert.equal(visitor.kind("dir/sub/deep"), "ENOENT");
  }),
  changing("a file never replaces a directory", (visitor) => {
    assert.equal(visitor.rename("file", "empty"), "EISDIR");
    assert.equal(visitor.rename("link", "empty"), "EISDIR");
    assert.equal(visitor.kind("empty"), "directory");
  }),
  changing("a directory does not move into itself", (visitor) => {
    visitor.makeDirectory("new");
    visitor.makeDirectory("new/inner");
    assert.equal(visitor.rename("new", "new/below"), "EINVAL");
    assert.equal(visitor.rename("new", "new/inner/below"), "EINVAL");
    assert.equal(visitor.rename("new/inner", "new"), "ENOTEMPTY");
  }),
  changing("what is missing cannot be moved, nor anything to where nothing is", (visitor) => {
    assert.equal(visitor.rename("missing", "new"), "ENOENT");
    assert.equal(visitor.rename("file", "missing/new"), "ENOENT");
    assert.equal(visitor.rename("file", "dir/file/new"), "ENOTDIR");
    assert.equal(visitor.rename("file", "../file"), "EPERM");
  }),
  changing("a slash behind either name asks for a directory", (visitor) => {
    assert.equal(visitor.rename("file/", "new"), "ENOTDIR");
    assert.equal(visitor.rename("file", "new/"), "ENOTDIR");
    assert.equal(visitor.rename("link-dir/", "new"), "ENOTDIR");
    assert.equal(visitor.text("file"), "hello world");
  }),
  changing("the directory one stands in cannot be moved or replaced", (visitor) => {
    assert.equal(visitor.rename(".", "new"), "EBUSY");
    assert.equal(visitor.rename("dir/..", "new"), "EBUSY");
    assert.equal(visitor.rename("empty", "."), "EBUSY");
    assert.equal(visitor.rename("empty", "dir/."), "EBUSY");
  }),
  changing("a symbolic link moves itself, not what it leads to", (visitor) => {
    assert.equal(visitor.rename("link", "moved"), "done");
    assert.equal(visitor.readLink("moved"), "file");
    assert.equal(visitor.rename("dangling", "dir/moved"), "done");
    assert.equal(visitor.readLink("dir/moved"), "nowhere");
    assert.equal(visitor.rename("file", "moved"), "done");
    assert.equal(visitor.kind("moved", false), "regular");
  }),
  changing("a file may change places with another by way of a third", (visitor) => {
    assert.equal(visitor.rename("file", "third"), "done");
    assert.equal(visitor.rename("dir/file", "file"), "done");
    assert.equal(visitor.rename("third", "dir/file"), "done");
    assert.equal(visitor.text("file"), "a file in a directory");
    assert.equal(visitor.text("dir/file"), "hello world");
  }),
];
