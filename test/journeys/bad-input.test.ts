import assert from "node:assert/strict";
import {
  mkdirSync,
  openSync,
  closeSync,
  ftruncateSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Ended, guest, noos, scratch } from "./noos.ts";

function file(name: string, content: Uint8Array | string): string {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
}

/** A few lines that say what, where and what to do next, and nothing of our own insides. */
function assertClear({ status, stdout, stderr }: Ended, expected: number): void {
  assert.equal(status, expected, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^noos: .+\n(?: {6}.+\n)* {6}next: .+\n$/);
  assert.doesNotMatch(stderr, /\.ts:|node:internal|defect/);
}

suite("bad input: a file", () => {
  const hello = readFileSync(guest("basics/hello"));

  test("that is text", async () => {
    const ended = await noos(["run", file("text.wasm", "not wasm at all")]);
    assertClear(ended, 122);
    assert.match(ended.stderr, /"text\.wasm"/);
  });

  test("that is empty", async () => {
    assertClear(await noos(["run", file("empty.wasm", "")]), 122);
  });

  for (const part of [4, 8, 100, hello.length - 1]) {
    test(`that was cut after ${part} bytes`, async () => {
      assertClear(await noos(["run", file(`cut-${part}.wasm`, hello.subarray(0, part))]), 122);
    });
  }

  test("of one gibibyte of zeros, refused without reading it", async () => {
    const path = join(scratch, "zeros.wasm");
    const descriptor = openSync(path, "w");
    ftruncateSync(descriptor, 2 ** 30);
    closeSync(descriptor);
    assertClear(await noos(["run", path]), 122);
    assertClear(await noos(["run", "--module-size", "1GiB", path]), 122);
  });

  test("without end", async () => {
    assertClear(await noos(["run", "--module-size", "1MiB", "/dev/zero"]), 122);
  });

  test("that is not there, or may not be read", async () => {
    assertClear(await noos(["run", "no-such-file.wasm"]), 120);
    assertClear(await noos(["run", "/proc/self/mem"]), 120);
  });

  test("that needs what we do not have", async () => {
    const ended = await noos(["run", guest("hostile/unknown-import")]);
    assertClear(ended, 122);
    assert.match(ended.stderr, /elsewhere\.do_magic/);
    assertClear(await noos(["run", guest("hostile/wrong-type")]), 122);
    assertClear(await noos(["run", guest("hostile/no-start")]), 122);
  });

  test("that is a directory without a program", async () => {
    mkdirSync(join(scratch, "no-program"), { recursive: true });
    const ended = await noos(["run", join(scratch, "no-program")]);
    assertClear(ended, 122);
    assert.match(ended.stderr, /program\.wasm/);
  });
});

suite("bad input: a command line", () => {
  const hello = guest("basics/hello");
  const lines: readonly (readonly [words: readonly string[], message: RegExp])[] = [
    [["run"], /no FILE/],
    [["run", "-"], /standard input/],
    [["run", "--memroy", "1M", hello], /no option "--memroy"[^]*--memory/],
    [["run", "-v", hello], /no option "-v"/],
    [["run", "--memory", "lots", hello], /--memory "lots": expected a size/],
    [["run", "--memory"], /"--memory" lacks its value/],
    [["run", "--timeout", "5", hello], /--timeout "5": expected a duration/],
    [["run", "--cpu-share", "2", hello], /--cpu-share "2": it goes from/],
    [["run", "--listen", "nowhere", hello], /address "nowhere"/],
    [["run", "--env", "NOT_THERE_AT_ALL", hello], /NOT_THERE_AT_ALL/],
    [["run", "--dir", "::x", hello], /--dir "::x"/],
    [["rnu", hello], /no command "rnu"[^]*noos run/],
    [["--stats", hello], /no command "--stats"/],
  ];
  for (const [words, message] of lines) {
    test(`noos ${words.filter((word) => word !== hello).join(" ")}`, async () => {
      const ended = await noos(words);
      assertClear(ended, 120);
      assert.match(ended.stderr, message);
    });
  }

  test("without a command shows the help, and fails", async () => {
    const { status, stdout, stderr } = await noos([]);
    assert.deepEqual({ status, stdout }, { status: 120, stdout: "" });
    assert.match(stderr, /^Usage: noos COMMAND/);
  });
});

suite("help", () => {
  for (const words of [["--help"], ["-h"], ["help"]]) {
    test(`noos ${words.join(" ")} lists the commands`, async () => {
      const { status, stdout } = await noos(words);
      assert.equal(status, 0);
      for (const name of ["run", "check", "replay"])
        assert.match(stdout, new RegExp(`^  ${name} `, "m"));
    });
  }

  for (const words of [
    ["help", "run"],
    ["run", "--help"],
    ["run", "-h"],
  ]) {
    test(`noos ${words.join(" ")} tells about run, with examples`, async () => {
      const { status, stdout } = await noos(words);
      assert.equal(status, 0);
      assert.match(stdout, /^Usage: noos run \[options\] FILE/);
      assert.match(stdout, /^ {2}\$ noos run /m);
    });
  }

  test("noos --version says which build this is", async () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"),
    );
    assert.ok((await noos(["--version"])).stdout.startsWith(`noos ${version} (Node `));
  });
});

suite("recordings", () => {
  test("that cannot be begun are an error before anything runs", async () => {
    const words = ["run", "--record", "/no/such/folder/run.rec", guest("basics/hello")];
    assertClear(await noos(words), 120);
  });

  test(
    "for which there is no room are given up; the program goes on",
    {
      skip: process.platform === "linux" ? false : "there is no /dev/full",
    },
    async () => {
      const words = ["run", "--record", "/dev/full", guest("basics/hello")];
      const { status, stdout, stderr } = await noos(words);
      assert.deepEqual({ status, stdout }, { status: 123, stdout: "hello, world\n" });
      assert.match(stderr, /recording into "\/dev\/full" stopped: .*ENOSPC/);
    },
  );

  test("play back what was recorded", async () => {
    const path = join(scratch, "echo.rec");
    const run = await noos(["run", "--record", path, guest("basics/echo")], { stdin: "once" });
    assert.deepEqual(run, { status: 0, stdout: "once", stderr: "" });
    const replayed = await noos(["replay", path]);
    assert.deepEqual([replayed.status, replayed.stdout], [0, "once"], replayed.stderr);
  });
});
