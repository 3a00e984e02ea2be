import assert from "node:assert/strict";
import { type Case, changing, looking } from "./case.ts";
import { bytesOf, must } from "./visitor.ts";

const oneNs = 1_234_567_890_123_456_789n;
const otherNs = 1_600_000_000_000_000_001n;

export const timeCases: readonly Case[] = [
  looking("looking at a file does not change when it was modified", (visitor) => {
    const before = visitor.stat("dir/file");
    visitor.text("dir/file");
    visitor.names("dir");
    assert.equal(visitor.stat("dir/file").modifiedNs, before.modifiedNs);
  }),
  changing("times are set to the nanosecond", (visitor) => {
    for (const path of ["file", "dir", "dir/sub/deep", "."]) {
      assert.equal(visitor.setTimes(path, { accessedNs: oneNs, modifiedNs: otherNs }), "done");
      const { accessedNs, modifiedNs } = visitor.stat(path);
      assert.deepEqual([accessedNs, modifiedNs], [oneNs, otherNs], path);
    }
  }),
  changing("a time that is not given stays as it is", (visitor) => {
    const before = visitor.stat("file");
    assert.equal(visitor.setTimes("file", { modifiedNs: oneNs }), "done");
    assert.equal(visitor.stat("file").accessedNs, before.accessedNs);
    assert.equal(visitor.setTimes("file", { accessedNs: otherNs }), "done");
    assert.equal(visitor.stat("file").modifiedNs, oneNs);
  }),
  changing("times of a link are its own unless it is followed", (visitor) => {
    const file = visitor.stat("file");
    assert.equal(visitor.setTimes("link", { modifiedNs: oneNs }, false), "done");
    assert.equal(visitor.stat("link", false).modifiedNs, oneNs);
    assert.equal(visitor.stat("file").modifiedNs, file.modifiedNs);
    assert.equal(visitor.setTimes("link", { modifiedNs: otherNs }), "done");
    assert.equal(visitor.stat("file").modifiedNs, otherNs);
    assert.equal(visitor.stat("link", false).modifiedNs, oneNs);
    assert.equal(visitor.setTimes("dangling", { modifiedNs: oneNs }), "ENOENT");
    assert.equal(visitor.setTimes("missing", { modifiedNs: oneNs }), "ENOENT");
    assert.equal(visitor.setTimes("file/", { modifiedNs: oneNs }), "ENOTDIR");
  }),
  changing("times are set through an open file and an open directory", (visitor) => {
    const file = visitor.open("file");
    assert.equal(file.setTimes({ accessedNs: undefined, modifiedNs: oneNs }), undefined);
    assert.equal(must(file.stat()).modifiedNs, oneNs);
    assert.equal(visitor.stat("file").modifiedNs, oneNs);
    file.close();
    const directory = visitor.enter("dir");
    assert.equal(directory.setTimes({ accessedNs: oneNs, modifiedNs: undefined }), undefined);
    assert.equal(must(directory.stat()).accessedNs, oneNs);
    directory.release();
  }),
  changing("writing, cutting and emptying set the time of modification", (visitor) => {
    const isTouchedBy = (change: () => void): void => {
      visitor.setTimes("file", { modifiedNs: oneNs });
      change();
      assert.notEqual(visitor.stat("file").modifiedNs, oneNs);
    };
    const file = visitor.open("file", { write: true });
    isTouchedBy(() => file.write(bytesOf("x"), 0));
    isTouchedBy(() => file.truncate(3));
    isTouchedBy(() => visitor.tries("file", { write: true, truncate: true }));
    file.close();
  }),
  changing("names that come and go set the directory's time of modification", (visitor) => {
    const isTouchedBy = (change: () => string): void => {
      visitor.setTimes("empty", { modifiedNs: oneNs });
      const answer = change();
      assert.ok(answer === "done" || answer === "regular", answer);
      assert.notEqual(visitor.stat("empty").modifiedNs, oneNs);
    };
    isTouchedBy(() => visitor.tries("empty/new", { create: true }));
    isTouchedBy(() => visitor.makeDirectory("empty/dir"));
    isTouchedBy(() => visitor.makeSymlink("empty/link", "new"));
    isTouchedBy(() => visitor.link("empty/new", "empty/second"));
    isTouchedBy(() => visitor.rename("empty/second", "empty/third"));
    isTouchedBy(() => visitor.unlink("empty/third"));
    isTouchedBy(() => visitor.removeDirectory("empty/dir"));
  }),
];
