import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { guest, noos, scratch, withEnoughTime } from "./noos.ts";

suite("limits: the program is ended", () => {
  const ends: readonly (readonly [words: readonly string[], limit: string])[] = [
    [["--cpu-time", "100ms", guest("hostile/spin")], "cpu-time, 100 ms"],
    [["--cpu-time", "100ms", guest("hostile/spin-calls")], "cpu-time, 100 ms"],
    [["--cpu-time", "100ms", guest("hostile/spin-start")], "cpu-time, 100 ms"],
    [["--cpu-time", "100ms", guest("hostile/catch-all")], "cpu-time, 100 ms"],
    [["--cpu-time", "100ms", guest("hostile/catch-all-table")], "cpu-time, 100 ms"],
    [["--max-output", "1MB", guest("hostile/flood")], "output, 976.6 KiB"],
    [["--max-output", "1MB", guest("hostile/flood"), "error"], "output, 976.6 KiB"],
  ];
  for (const [words, limit] of ends) {
    test(`by ${words.slice(0, 2).join(" ")} in ${words[2]?.replace(/.*\//, "")}`, async () => {
      const { status, stderr } = await noos(["run", "--json", ...words]);
      assert.equal(status, 124);
      const { exit, usage } = JSON.parse(stderr.slice(stderr.lastIndexOf(`{"program"`)));
      assert.ok(usage.cpuNs > 0, "it ran");
      assert.deepEqual(`${exit.by.limit}, ${exit.by.allowed}`, limit);
    });
  }

  for (const words of [[guest("hostile/spin")], [guest("basics/sleep"), "600000"]]) {
    test(`by --timeout in ${words[0]?.replace(/.*\//, "")}`, async () => {
      const { status, exit } = await withEnoughTime(
        async (seconds) => {
          const ended = await noos(["run", "--json", "--timeout", `${seconds}s`, ...words]);
          return { ...ended, ...JSON.parse(ended.stderr) };
        },
        ({ usage }) => usage.cpuNs > 0,
      );
      assert.deepEqual([status, exit.by.limit], [124, "wall-time"]);
    });
  }

  for (const words of [[], ["--no-preempt"]]) {
    test(`by --timeout before it runs, when that has passed ${words.join("")}`, async () => {
      const options = ["--no-cache", "--timeout", "1ms", "--json", ...words];
      const { status, stdout, stderr } = await noos(["run", ...options, guest("basics/hello")]);
      assert.deepEqual([status, stdout], [124, ""]);
      assert.equal(JSON.parse(stderr).exit.by.limit, "wall-time");
    });
  }

  test("when a million calls do not fit on its stack, with its own functions named", async () => {
    const { status, stderr } = await noos(["run", guest("hostile/recurse"), "1000000"]);
    assert.equal(status, 126);
    const lines = stderr.split("\n");
    assert.equal(lines[0], `noos: "recurse.wasm" trapped: call stack exhausted`);
    assert.equal(lines[1], "      at descend");
    assert.match(stderr, /next: .*--call-stack\n$/);
  });
});

suite("limits: the program is told", () => {
  test("that there is no more memory", async () => {
    const { status, stdout } = await noos(["run", "--memory", "8MiB", guest("hostile/grow")]);
    const pages = Number(/^(\d+) pages/.exec(stdout)?.[1]);
    assert.equal(status, 0);
    assert.ok(pages > 112 && pages <= 128, `${pages} pages of 64 KiB in 8 MiB`);
  });

  test("that there are no more descriptors", async () => {
    const words = ["run", "--descriptors", "20", "--dir", scratch, guest("hostile/open-many")];
    assert.match((await noos(words)).stdout, /^1\d then EMFILE/);
  });

  test("how deep it may call: more stack lets it go deeper", async () => {
    const words = (stack: string): string[] => [
      "run",
      "--call-stack",
      stack,
      guest("hostile/recurse"),
      "20000",
    ];
    assert.equal((await noos(words("64KiB"))).status, 126);
    assert.equal((await noos(words("16MiB"))).status, 0);
  });
});

suite("limits: the program is refused", () => {
  const refused: readonly (readonly [words: readonly string[], message: RegExp])[] = [
    [["--memory", "64KiB", guest("basics/hello")], /needs 128 KiB of memory.*allows 64 KiB/],
    [["--memory", "1GiB", guest("hostile/memory-huge")], /needs 4 GiB of memory.*allows 1 GiB/],
    [[guest("hostile/table-huge")], /table/],
    [["--module-size", "1KiB", guest("basics/hello")], /too large.*module-size allows 1 KiB/],
  ];
  for (const [words, message] of refused) {
    test(words.map((word) => word.replace(/.*\//, "")).join(" "), async () => {
      const { status, stdout, stderr } = await noos(["run", ...words]);
      assert.deepEqual({ status, stdout }, { status: 122, stdout: "" });
      assert.match(stderr, message);
      assert.match(stderr, /\n {6}next: .+\n$/);
    });
  }
});
