import assert from "node:assert/strict";
import { type Case, refusing } from "./case.ts";

const someNs = 1_234_567_890_123_456_789n;

export const readOnlyCases: readonly Case[] = [
  refusing("makes nothing", (visitor) => {
    assert.equal(visitor.makeDirectory("new"), "EROFS");
    assert.equal(visitor.makeSymlink("new", "file"), "EROFS");
    assert.equal(visitor.link("file", "new"), "EROFS");
    assert.equal(visitor.tries("new", { create: true, write: true }), "EROFS");
    assert.equal(visitor.tries("new", { create: true }), "EROFS");
    assert.equal(visitor.tries("dangling", { create: true, write: true }), "EROFS");
  }),
  refusing("removes and moves nothing", (visitor) => {
    assert.equal(visitor.unlink("file"), "EROFS");
    assert.equal(visitor.unlink("link"), "EROFS");
    assert.equal(visitor.removeDirectory("empty"), "EROFS");
    assert.equal(visitor.rename("file", "dir/moved"), "EROFS");
    assert.equal(visitor.text("file"), "hello world");
  }),
  refusing("opens nothing to be written or emptied", (visitor) => {
    assert.equal(visitor.tries("file", { write: true }), "EROFS");
    assert.equal(visitor.tries("file", { truncate: true }), "EROFS");
    assert.equal(visitor.tries("link", { read: false, write: true, create: true }), "EROFS");
    assert.equal(visitor.text("file"), "hello world");
  }),
  refusing("sets no times", (visitor) => {
    assert.equal(visitor.setTimes("file", { modifiedNs: someNs }), "EROFS");
    assert.equal(visitor.setTimes("link", { modifiedNs: someNs }, false), "EROFS");
    assert.equal(visitor.setTimes("dir", { modifiedNs: someNs }), "EROFS");
    const file = visitor.open("file");
    assert.equal(file.setTimes({ accessedNs: someNs, modifiedNs: undefined })?.name, "EROFS");
    file.close();
    const directory = visitor.enter("dir");
    assert.equal(directory.setTimes({ accessedNs: someNs, modifiedNs: undefined })?.name, "EROFS");
    directory.release();
  }),
  refusing("does not write through a file that is open", (visitor) => {
    const file = visitor.open("file");
    assert.notEqual(file.write(new Uint8Array(1), 0), 1);
    assert.notEqual(file.truncate(0), undefined);
    file.close();
    assert.equal(visitor.text("file"), "hello world");
  }),
];
