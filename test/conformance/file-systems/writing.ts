import assert from "node:assert/strict";
import { type Case, changing } from "./case.ts";
import { bytesOf, must, textIn, word } from "./visitor.ts";

const both = { read: true, write: true, create: true } as const;

export const writingCases: readonly Case[] = [
  changing("what is written is read back, by this and every other opening", (visitor) => {
    const file = visitor.open("new", both);
    const reader = visitor.open("new");
    assert.equal(file.write(bytesOf("written"), 0), 7);
    assert.equal(textIn(file), "written");
    assert.equal(textIn(reader), "written");
    assert.equal(visitor.text("new"), "written");
    file.close();
    reader.close();
  }),
  changing("a reader from before sees what a later writer changes", (visitor) => {
    const reader = visitor.open("dir/file");
    const writer = visitor.open("dir/file", { read: false, write: true });
    assert.equal(writer.write(bytesOf("A FILE"), 0), 6);
    assert.equal(textIn(reader), "A FILE in a directory");
    assert.equal(writer.truncate(6), undefined);
    assert.equal(textIn(reader), "A FILE");
    reader.close();
    writer.close();
  }),
  changing("overwriting leaves the rest as it was", (visitor) => {
    const file = visitor.open("file", { write: true });
    assert.equal(file.write(bytesOf("HELL"), 0), 4);
    assert.equal(file.write(bytesOf("D!"), 10), 2);
    assert.equal(textIn(file), "HELLo worlD!");
    file.close();
  }),
  changing("writing behind the end leaves zeros in between", (visitor) => {
    const file = visitor.open("new", both);
    assert.equal(file.write(bytesOf("ab"), 0), 2);
    assert.equal(file.write(bytesOf("z"), 200_000), 1);
    assert.equal(must(file.stat()).sizeBytes, 200_001);
    const bytes = new Uint8Array(200_001).fill(1);
    assert.equal(file.read(bytes, 0), 200_001);
    assert.deepEqual([...bytes.subarray(0, 3)], [97, 98, 0]);
    assert.ok(bytes.subarray(2, 200_000).every((byte) => byte === 0));
    assert.equal(bytes[200_000], 122);
    file.close();
  }),
  changing("writing no bytes changes nothing, wherever", (visitor) => {
    const file = visitor.open("file", { write: true });
    assert.equal(file.write(new Uint8Array(0), 100), 0);
    assert.equal(must(file.stat()).sizeBytes, 11);
    file.close();
  }),
  changing("a large file keeps every byte", (visitor) => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251);
    const file = visitor.open("new", both);
    for (let position = 0; position < bytes.length; position += 7_001) {
      const part = bytes.subarray(position, position + 7_001);
      assert.equal(file.write(part, position), part.length);
    }
    const back = new Uint8Array(300_000);
    assert.equal(file.read(back, 0), 300_000);
    assert.deepEqual(back, bytes);
    const part = new Uint8Array(70_000);
    assert.equal(file.read(part, 60_001), 70_000);
    assert.deepEqual(part, bytes.subarray(60_001, 130_001));
    file.close();
  }),
  changing("cutting a file drops what is behind, growing it adds zeros", (visitor) => {
    const file = visitor.open("file", { write: true });
    assert.equal(file.truncate(5), undefined);
    assert.equal(textIn(file), "hello");
    assert.equal(file.truncate(8), undefined);
    assert.equal(textIn(file), "hello\0\0\0");
    assert.equal(file.truncate(0), undefined);
    assert.equal(file.truncate(70_000), undefined);
    const bytes = new Uint8Array(70_000).fill(1);
    assert.equal(file.read(bytes, 0), 70_000);
    assert.ok(bytes.every((byte) => byte === 0));
    file.close();
  }),
  changing(
    "a position or size that no file can have is refused, and nothing changes",
    (visitor) => {
      const file = visitor.open("file", { write: true });
      const refusals = ["EFBIG", "ENOSPC"];
      assert.ok(refusals.includes(word(file.write(bytesOf("x"), Number.MAX_SAFE_INTEGER))));
      // How long a file may be differs on disks.
      if (!refusals.includes(word(file.truncate(2 ** 50)))) {
        assert.equal(must(file.stat()).sizeBytes, 2 ** 50);
        assert.equal(file.truncate(11), undefined);
      }
      assert.equal(textIn(file), "hello world");
      file.close();
    },
  ),
  changing("a file without a name lives as long as it is open", (visitor) => {
    const file = visitor.open("dir/file", { write: true });
    assert.equal(visitor.unlink("dir/file"), "done");
    assert.equal(visitor.kind("dir/file"), "ENOENT");
    assert.equal(must(file.stat()).links, 0);
    assert.equal(file.write(bytesOf("still "), 0), 6);
    assert.equal(textIn(file), "still  in a directory");
    visitor.put("dir/file", "another");
    assert.equal(textIn(file), "still  in a directory");
    file.close();
    assert.equal(visitor.text("dir/file"), "another");
  }),
  changing("a reader of a file that is gone goes on reading", (visitor) => {
    const file = visitor.open("dir/sub/deep");
    assert.equal(visitor.unlink("dir/sub/deep"), "done");
    assert.equal(textIn(file), "deep");
    file.close();
  }),
  changing("sync answers when all is done", (visitor) => {
    const file = visitor.open("file", { write: true });
    assert.equal(file.write(bytesOf("J"), 0), 1);
    assert.equal(file.sync(), undefined);
    file.close();
    const directory = visitor.enter("dir");
    assert.equal(directory.sync(), undefined);
    directory.release();
  }),
];
