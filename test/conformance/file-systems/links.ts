import assert from "node:assert/strict";
import { type Case, changing, looking } from "./case.ts";
import { bytesOf, textIn } from "./visitor.ts";

export const linkCases: readonly Case[] = [
  looking("the text of a symbolic link is read as it was made", (visitor) => {
    assert.equal(visitor.readLink("link"), "file");
    assert.equal(visitor.readLink("dangling"), "nowhere");
    assert.equal(visitor.readLink("dir/sub/up"), "../../dir/./sub/..");
    assert.equal(visitor.readLink("link-slash"), "dir/");
    assert.equal(visitor.readLink("out"), "../out");
  }),
  looking("the size of a symbolic link is that of its text", (visitor) => {
    assert.equal(visitor.stat("dangling", false).sizeBytes, 7);
  }),
  looking("what is no symbolic link has no text", (visitor) => {
    for (const path of ["file", "dir", ".", "link-dir/"]) {
      assert.equal(visitor.readLink(path), "EINVAL", path);
    }
    assert.equal(visitor.readLink("missing"), "ENOENT");
    assert.equal(visitor.readLink("link/"), "ENOTDIR");
  }),
  changing("makes a symbolic link to anything, there or not", (visitor) => {
    assert.equal(visitor.makeSymlink("dir/new", "sub/deep"), "done");
    assert.equal(visitor.text("dir/new"), "deep");
    assert.equal(visitor.makeSymlink("dir/later", "sub/later"), "done");
    assert.equal(visitor.kind("dir/later"), "ENOENT");
    visitor.put("dir/sub/later", "now");
    assert.equal(visitor.text("dir/later"), "now");
    assert.equal(visitor.makeSymlink("é", "größer/😀"), "done");
    assert.equal(visitor.readLink("é"), "größer/😀");
  }),
  changing("makes no symbolic link where there is anything", (visitor) => {
    for (const path of ["file", "dir", "dir/", "link", "dangling", "."]) {
      assert.equal(visitor.makeSymlink(path, "x"), "EEXIST", path);
    }
    assert.equal(visitor.makeSymlink("file/", "x"), "ENOTDIR");
    assert.equal(visitor.makeSymlink("new/", "x"), "ENOENT");
  }),
  changing("makes no symbolic link with an absolute, empty or endless text", (visitor) => {
    assert.equal(visitor.makeSymlink("new", "/etc"), "EPERM");
    assert.equal(visitor.makeSymlink("new", ""), "ENOENT");
    assert.equal(visitor.makeSymlink("new", "x".repeat(4096)), "ENAMETOOLONG");
    assert.equal(visitor.kind("new", false), "ENOENT");
  }),
  changing("removing a symbolic link leaves what it leads to", (visitor) => {
    assert.equal(visitor.unlink("link"), "done");
    assert.equal(visitor.unlink("link-dir"), "done");
    assert.equal(visitor.unlink("dangling"), "done");
    assert.equal(visitor.text("file"), "hello world");
    assert.equal(visitor.kind("dir"), "directory");
  }),
  changing("a second name is as good as the first", (visitor) => {
    assert.equal(visitor.link("file", "dir/second"), "done");
    assert.deepEqual(visitor.stat("dir/second"), visitor.stat("file"));
    assert.equal(visitor.stat("file").links, 2);
    const file = visitor.open("dir/second", { write: true });
    assert.equal(file.write(bytesOf("J"), 0), 1);
    assert.equal(visitor.text("file"), "Jello world");
    assert.equal(visitor.unlink("file"), "done");
    assert.equal(textIn(file), "Jello world");
    assert.equal(visitor.stat("dir/second").links, 1);
    assert.equal(visitor.text("dir/second"), "Jello world");
    file.close();
  }),
  changing("gives a new name to nothing that has it, and none to a directory", (visitor) => {
    assert.equal(visitor.link("file", "dir/file"), "EEXIST");
    assert.equal(visitor.link("file", "file"), "EEXIST");
    assert.equal(visitor.link("file", "dir"), "EEXIST");
    assert.equal(visitor.link("file", "dangling"), "EEXIST");
    assert.equal(visitor.link("dir", "new"), "EPERM");
    assert.equal(visitor.link(".", "new"), "EPERM");
    assert.equal(visitor.link("missing", "new"), "ENOENT");
    assert.equal(visitor.link("file", "missing/new"), "ENOENT");
    assert.equal(visitor.link("file", "new/"), "ENOENT");
  }),
  changing("a symbolic link gets a second name itself, unless it is followed", (visitor) => {
    assert.equal(visitor.link("dangling", "second"), "done");
    assert.equal(visitor.readLink("second"), "nowhere");
    assert.equal(visitor.link("link", "third", true), "done");
    assert.equal(visitor.kind("third", false), "regular");
    assert.equal(visitor.stat("third").inode, visitor.stat("file").inode);
    assert.equal(visitor.link("out", "fourth", true), "EPERM");
  }),
];
