import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { guest, noos, scratch } from "./noos.ts";

suite("noos replay refuses, with what is wrong and what to do next,", () => {
  let whole = Buffer.alloc(0);

  before(async () => {
    const path = join(scratch, "whole.rec");
    await noos(["run", "--record", path, guest("basics/echo")], { stdin: "word\n" });
    whole = readFileSync(path);
  });

  /** Nothing of the program runs, and nothing of ours shows but the message. */
  async function assertRefused(bytes: Uint8Array, message: RegExp): Promise<void> {
    const path = join(scratch, "bad.rec");
    writeFileSync(path, bytes);
    for (const more of [[], ["--json"], ["--with", guest("basics/hello")]]) {
      const { status, stdout, stderr } = await noos(["replay", ...more, path]);
      assert.deepEqual({ status, stdout }, { status: 123, stdout: "" }, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\.ts:|^ +at /m);
    }
  }

  test("a file that is no recording", async () => {
    for (const bytes of [readFileSync(guest("basics/hello")), Buffer.from("noosrek\n and so on")]) {
      await assertRefused(
        bytes,
        /cannot read the recording ".*bad\.rec": the file does not begin like one/,
      );
    }
  });

  test("an empty file, and one that was cut before all of its program is there", async () => {
    for (const length of [0, 5, 11, 12, 40, 400]) {
      await assertRefused(
        whole.subarray(0, length),
        /cannot read the recording ".*bad\.rec": it ends before the program it recorded/,
      );
    }
  });

  test("a file without end", async () => {
    const { status, stderr } = await noos(["replay", "/dev/zero"]);
    assert.equal(status, 123, stderr);
    assert.match(stderr, /"\/dev\/zero": the file does not begin like one/);
    const other = await noos(["replay", "--with", "/dev/zero", join(scratch, "whole.rec")]);
    assert.equal(other.status, 122, other.stderr);
  });

  test("one of another version, by its number", async () => {
    const other = Buffer.from(whole);
    other.writeUInt32LE(7, 8);
    await assertRefused(other, /its format is version 7, this build reads 1/);
  });

  test("one in which a single bit is another, wherever that is", async () => {
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.999]) {
      const at = 12 + Math.floor((whole.length - 12) * share);
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 8;
      await assertRefused(flipped, /frame \d+ at byte \d+ is damaged/);
    }
  });

  test("a file that is not there, and options that do not fit", async () => {
    const path = join(scratch, "whole.rec");
    for (const [words, message] of [
      [["/no/such.rec"], /recording "\/no\/such\.rec": there is no such file/],
      [[], /expected one recording, found 0/],
      [[path, path], /expected one recording, found 2/],
      [["--until", "0", path], /--until "0": expected the number of a call/],
      [["--until", "3", "--with", guest("basics/hello"), path], /do not go together/],
      [["--with", "/no/such.wasm", path], /program "\/no\/such\.wasm": there is no such file/],
    ] as const) {
      const { status, stdout, stderr } = await noos(["replay", ...words]);
      assert.deepEqual({ status, stdout }, { status: 120, stdout: "" }, stderr);
      assert.match(stderr, message);
      assert.match(stderr, /\n {6}next: /);
    }
  });

  test("to rehearse what is no program", async () => {
    const letter = join(scratch, "letter.wasm");
    writeFileSync(letter, "dear reader");
    const { status, stderr } = await noos(["replay", "--with", letter, join(scratch, "whole.rec")]);
    assert.equal(status, 122, stderr);
    assert.match(stderr, /^noos: cannot run "letter\.wasm": it does not begin with the bytes of/);
  });
});
