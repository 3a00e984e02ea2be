import assert from "node:assert/strict";
import { type Case, changing, looking } from "./case.ts";
import { Visitor } from "./visitor.ts";

export const pathCases: readonly Case[] = [
  looking("single dots and repeated slashes count for nothing", (visitor) => {
    assert.equal(visitor.text("./dir/.//sub///./deep"), "deep");
    assert.equal(visitor.text(".//file"), "hello world");
  }),
  looking("double dots lead to the parent while that is inside", (visitor) => {
    assert.equal(visitor.text("dir/../file"), "hello world");
    assert.equal(visitor.text("dir/sub/../../dir/sub/../file"), "a file in a directory");
    assert.equal(visitor.text("dir/sub/.././../file"), "hello world");
  }),
  looking("a path that goes on up and down again many times is walked", (visitor) => {
    assert.equal(visitor.text(`${"dir/sub/../../".repeat(200)}file`), "hello world");
  }),
  looking("double dots above the base answer EPERM, wherever they would lead back", (visitor) => {
    for (const path of ["..", "../", "../file", "dir/../..", "dir/sub/../../../x", "./../."]) {
      assert.equal(visitor.kind(path), "EPERM", path);
      assert.equal(visitor.tries(path), "EPERM", path);
    }
  }),
  looking("an absolute path answers EPERM", (visitor) => {
    for (const path of ["/", "/file", "//dir/file", "/."]) {
      assert.equal(visitor.kind(path), "EPERM", path);
    }
  }),
  looking("the base itself is a directory and can be opened", (visitor) => {
    for (const path of [".", "./", "dir/..", "dir/../.", "dir/sub/../.."]) {
      assert.equal(visitor.kind(path), "directory", path);
      assert.equal(visitor.tries(path), "directory", path);
    }
  }),
  looking("an empty path answers ENOENT", (visitor) => {
    assert.equal(visitor.kind(""), "ENOENT");
    assert.equal(visitor.tries(""), "ENOENT");
  }),
  looking("a NUL anywhere in a path answers EINVAL", (visitor) => {
    for (const path of ["file\0", "\0", "dir/\0/file", "file\0/../dir"]) {
      assert.equal(visitor.kind(path), "EINVAL", JSON.stringify(path));
    }
  }),
  looking("half a surrogate pair, which is no text, answers EILSEQ", (visitor) => {
    assert.equal(visitor.kind("dir/\ud800"), "EILSEQ");
  }),
  looking("a name of 255 bytes is looked up, a longer one answers ENAMETOOLONG", (visitor) => {
    assert.equal(visitor.kind("n".repeat(255)), "ENOENT");
    assert.equal(visitor.kind("n".repeat(256)), "ENAMETOOLONG");
    assert.equal(visitor.kind(`${"n".repeat(256)}/file`), "ENAMETOOLONG");
    assert.equal(visitor.kind("é".repeat(127)), "ENOENT");
    assert.equal(visitor.kind("é".repeat(128)), "ENAMETOOLONG");
    assert.equal(visitor.kind("😀".repeat(64)), "ENAMETOOLONG");
  }),
  looking("a path of 4,095 bytes is walked, a longer one answers ENAMETOOLONG", (visitor) => {
    assert.equal(visitor.kind(`${"./".repeat(2045)}.//./`), "directory");
    assert.equal(visitor.kind(`${"./".repeat(2045)}.//./.`), "ENAMETOOLONG");
    assert.equal(visitor.kind("é/".repeat(1400)), "ENAMETOOLONG");
  }),
  looking("a missing name answers ENOENT, at the end or on the way", (visitor) => {
    for (const path of ["missing", "missing/file", "dir/missing", "dir/missing/..", "missing/"]) {
      assert.equal(visitor.kind(path), "ENOENT", path);
    }
  }),
  looking("a file on the way answers ENOTDIR", (visitor) => {
    for (const path of ["file/x", "file/..", "file/.", "dir/file/x/y", "link/x", "file/../file"]) {
      assert.equal(visitor.kind(path), "ENOTDIR", path);
      assert.equal(visitor.tries(path), "ENOTDIR", path);
    }
  }),
  looking("a slash at the end asks for a directory", (visitor) => {
    assert.equal(visitor.kind("dir/"), "directory");
    assert.equal(visitor.kind("dir///"), "directory");
    assert.equal(visitor.kind("file/"), "ENOTDIR");
    assert.equal(visitor.tries("file//"), "ENOTDIR");
    assert.equal(visitor.tries("dir/sub/"), "directory");
  }),
  looking("a link on the way is followed", (visitor) => {
    assert.equal(visitor.text("link-dir/file"), "a file in a directory");
    assert.equal(visitor.text("link-slash/sub/deep"), "deep");
    assert.equal(visitor.text("link-dir/sub/../back"), "hello world");
  }),
  looking("double dots behind a link lead to the parent of where it led", (visitor) => {
    assert.equal(visitor.text("dir/sub/up/file"), "a file in a directory");
    assert.equal(visitor.text("dir/sub/up/../file"), "hello world");
  }),
  looking("a link at the end is followed only if that is asked for", (visitor) => {
    assert.equal(visitor.kind("link"), "regular");
    assert.equal(visitor.kind("link", false), "symlink");
    assert.equal(visitor.kind("link-dir", false), "symlink");
    assert.equal(visitor.stat("link").inode, visitor.stat("file").inode);
  }),
  looking("a link with a slash behind it is followed in any case", (visitor) => {
    assert.equal(visitor.kind("link-dir/", false), "directory");
    assert.equal(visitor.kind("link/", false), "ENOTDIR");
    assert.equal(visitor.tries("link-dir/", { followLast: false }), "directory");
  }),
  looking("a link whose text ends in a slash asks for a directory", (visitor) => {
    assert.equal(visitor.kind("link-slash"), "directory");
    assert.equal(visitor.kind("link-file-slash"), "ENOTDIR");
  }),
  looking("a link to nothing is there, but leads to ENOENT", (visitor) => {
    assert.equal(visitor.kind("dangling", false), "symlink");
    assert.equal(visitor.kind("dangling"), "ENOENT");
    assert.equal(visitor.kind("dangling/x"), "ENOENT");
  }),
  looking("forty links are followed, one more answers ELOOP", (visitor) => {
    assert.equal(visitor.text("chain-40"), "hello world");
    assert.equal(visitor.kind("chain-41"), "ELOOP");
    assert.equal(visitor.kind("chain-41", false), "symlink");
  }),
  looking("links in a ring answer ELOOP", (visitor) => {
    assert.equal(visitor.kind("loop"), "ELOOP");
    assert.equal(visitor.kind("ring-a"), "ELOOP");
    assert.equal(visitor.kind("ring-b/x"), "ELOOP");
  }),
  looking("a link that leads above the base answers EPERM", (visitor) => {
    assert.equal(visitor.kind("out"), "EPERM");
    assert.equal(visitor.kind("out/file"), "EPERM");
    assert.equal(visitor.kind("through-out"), "EPERM");
    assert.equal(visitor.kind("out", false), "symlink");
    assert.equal(visitor.tries("out", { create: true, write: true }), visitor.tries("out"));
  }),
  looking("an absolute link answers EPERM when it is followed", (visitor) => {
    assert.equal(visitor.kind("absolute"), "EPERM");
    assert.equal(visitor.kind("absolute/x"), "EPERM");
    assert.equal(visitor.kind("absolute", false), "symlink");
  }),
  looking("a directory that was opened confines its own walks", (visitor) => {
    const inner = new Visitor(visitor.enter("dir"));
    assert.equal(inner.text("sub/../file"), "a file in a directory");
    assert.equal(inner.kind(".."), "EPERM");
    assert.equal(inner.kind("back"), "EPERM");
    assert.equal(inner.kind("far-out"), "EPERM");
    assert.equal(inner.kind("sub/up"), "EPERM");
    inner.base.release();
  }),
  changing("a directory that is moved elsewhere while it is open still confines", (visitor) => {
    visitor.makeDirectory("a");
    visitor.makeDirectory("a/b");
    visitor.put("a/b/own", "own");
    visitor.makeDirectory("c");
    visitor.put("c/other", "other");
    const inner = new Visitor(visitor.enter("a/b"));
    assert.equal(visitor.rename("a/b", "c/b"), "done");
    assert.equal(inner.text("own"), "own");
    assert.equal(inner.kind("../other"), "EPERM");
    inner.base.release();
  }),
  changing("names may be any text but slash and NUL", (visitor) => {
    const names = ["...", " ", "\n", "\\", "é", "😀", "*", "..x", "-", "con", "a:b", "\ufeffmark"];
    for (const name of names) visitor.put(`empty/${name}`, name);
    assert.deepEqual(visitor.names("empty"), names.toSorted());
    for (const name of names) assert.equal(visitor.text(`empty/${name}`), name);
  }),
];
