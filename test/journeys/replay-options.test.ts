import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { scriptProgram } from "#test/journal";
import { guest, noos, scratch } from "./noos.ts";

const echo = join(scratch, "echo.rec");
const files = join(scratch, "files.rec");
const folder = join(scratch, "granted");

before(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "text"), "one two two\n");
  await noos(["run", "--record", echo, guest("basics/echo")], { stdin: "one\ntwo\n" });
  const words = ["run", "--record", files, "--dir", `${folder}::/`, guest("basics/files")];
  assert.equal((await noos(words)).status, 0);
  rmSync(folder, { recursive: true });
});

/** Makes a file `b` in its first directory and writes seven bytes at a place of it. */
function writing(offset: bigint): Parameters<typeof scriptProgram>[0] {
  const rights = (1n << 30n) - 1n;
  // Where names and what is to be written lie is told in `script.ts`; 3 is the
  // directory, 4 its devices, 5 the file.
  return [
    { call: "path_open", parameters: [3, 1, 272, 1, 1, rights, rights, 0, 2048] },
    { call: "fd_pwrite", parameters: [5, 520, 1, offset, 2048] },
  ];
}

suite("noos replay --until", () => {
  test("stops at that call and shows what the process had in hand", async () => {
    const { status, stderr } = await noos(["replay", "--until", "25", files]);
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^stopped at call 25\nlast calls:\n(?: {2}\d+ \w+\(.*\) = \w+\n){11} {2}25 /,
    );
    assert.match(stderr, /\nin hand:\n {2}memory {2}\d+ .iB\n {2}fd 0 {2}input, 0 bytes read\n/);
    assert.match(stderr, /\n {2}fd 3 {2}directory {2}\/\n/);
  });

  test("says so when that call was never made", async () => {
    const { status, stdout, stderr } = await noos(["replay", "--until", "9999", echo]);
    assert.deepEqual([status, stdout], [0, "one\ntwo\n"]);
    assert.match(stderr, /call 9999 was never made: there are \d+ calls/);
  });
});

suite("noos replay --json", () => {
  test("is one object on one line of stderr, beside the program's output", async () => {
    const { status, stdout, stderr } = await noos(["replay", "--json", echo]);
    assert.deepEqual([status, stdout], [0, "one\ntwo\n"]);
    const report = JSON.parse(stderr);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
    assert.deepEqual(report.exit, { kind: "exited", code: 0 });
    assert.equal(report.sameMemory, true);
    const stopped = JSON.parse((await noos(["replay", "--json", "--until", "2", echo])).stderr);
    assert.equal(stopped.stoppedAt, "the call asked for");
    assert.equal(stopped.lastCalls.length, 2);
    assert.ok(stopped.inHand.length > 3);
  });

  test("of a rehearsal is one object on stdout", async () => {
    const words = ["replay", "--json", "--with", guest("basics/hello"), echo];
    const { status, stdout, stderr } = await noos(words);
    const report = JSON.parse(stdout);
    assert.deepEqual([status, report.status, report.isSame, stderr], [123, 123, false, ""]);
    assert.deepEqual(
      report.differences.map(({ stream, line }: { stream: string; line: number }) => [
        stream,
        line,
      ]),
      [["stdout", 1]],
    );
  });
});

suite("noos replay --with", () => {
  test("finds no difference in the same build", async () => {
    for (const [recording, program] of [
      [echo, "basics/echo"],
      [files, "basics/files"],
    ] as const) {
      const { status, stdout } = await noos(["replay", "--with", guest(program), recording]);
      assert.equal(status, 0, stdout);
      assert.equal(stdout, "the same output and the same end: exited(0)\n");
    }
  });

  test("names the first output of another build that differs", async () => {
    const { status, stdout } = await noos(["replay", "--with", guest("basics/hello"), echo]);
    assert.equal(status, 123);
    assert.match(
      stdout,
      /^stdout differs at byte 0, line 1\n {2}recorded: "one"\n {2}found: {4}"hello/,
    );
  });

  test("names a file that another build leaves otherwise", async () => {
    const recording = join(scratch, "made.rec");
    const [zero, seven] = [0n, 7n].map((offset) => {
      const program = join(scratch, `writes-at-${offset}.wasm`);
      writeFileSync(program, scriptProgram(writing(offset)));
      return program;
    }) as [string, string];
    mkdirSync(folder);
    await noos(["run", "--record", recording, "--dir", `${folder}::/`, zero]);
    assert.equal(readFileSync(join(folder, "b"), "utf8").length, 7);
    rmSync(folder, { recursive: true });
    assert.equal((await noos(["replay", "--with", zero, recording])).status, 0);
    const { status, stdout } = await noos(["replay", "--with", seven, recording]);
    assert.equal(status, 123);
    assert.match(stdout, /^\/b differs at byte 0, line 1\n {2}recorded: "opqrstu"\n {2}found: /);
  });

  test("shows none of the other build's output, and asks nothing of the outside", async () => {
    const { stdout } = await noos(["replay", "--with", guest("basics/words"), echo], {
      stdin: "not this",
    });
    assert.doesNotMatch(stdout, /not/);
    assert.deepEqual(readFileSync(echo).subarray(0, 8).toString(), "noosrec\n");
  });
});
