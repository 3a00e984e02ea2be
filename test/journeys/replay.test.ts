import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  announcedPort,
  collect,
  type Ended,
  guest,
  noos,
  scratch,
  startNoos,
  withEnoughTime,
} from "./noos.ts";

let count = 0;

/** A folder of its own, in which nothing is yet. */
function newFolder(): string {
  count += 1;
  const folder = join(scratch, `replay-${count}`);
  mkdirSync(folder);
  return folder;
}

/** Recorded from a copy of the program; played again once all that it was given is gone. */
async function assertReplays(
  name: string,
  words: readonly string[],
  around: {
    readonly options?: readonly string[];
    readonly stdin?: string;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Promise<{ readonly run: Ended; readonly replayed: Ended }> {
  const cwd = newFolder();
  mkdirSync(join(cwd, "files"));
  for (const [file, content] of Object.entries(around.files ?? {})) {
    writeFileSync(join(cwd, "files", file), content);
  }
  cpSync(guest(name), join(cwd, "program.wasm"));
  const recording = join(scratch, `replay-${count}.rec`);
  const run = await noos(
    ["run", "--record", recording, ...(around.options ?? []), join(cwd, "program.wasm"), ...words],
    { cwd, stdin: around.stdin ?? "" },
  );
  rmSync(cwd, { recursive: true });
  const replayed = await noos(["replay", recording]);
  assert.deepEqual(
    { status: replayed.status, stdout: replayed.stdout },
    { status: run.status, stdout: run.stdout },
    replayed.stderr,
  );
  return { run, replayed };
}

suite("noos replay gives the same output and the same end", () => {
  test("of a program that says hello", async () => {
    const { run, replayed } = await assertReplays("basics/hello", []);
    assert.deepEqual(run, { status: 0, stdout: "hello, world\n", stderr: "" });
    assert.match(
      replayed.stderr,
      // A run that takes long is compared on its way, too.
      /^replayed 3 calls: exited\(0\), memory the same at the end(?: and at \d+ marks?)?\n$/,
    );
  });

  test("of one that reads what it is fed, looks at the time and draws lots", async () => {
    const { run } = await assertReplays("basics/words", ["-s"], {
      stdin: "one two two three three three\n".repeat(5000),
    });
    assert.match(run.stdout, /three/);
  });

  test("of one that reads and writes files", async () => {
    const options = ["--dir", "files::/"];
    const words = await assertReplays("basics/words", ["text"], {
      options: ["--dir", "files::/:ro"],
      files: { text: "a file that is gone\n".repeat(9000) },
    });
    assert.match(words.run.stdout, /gone/);
    const { run } = await assertReplays("basics/files", [], { options });
    assert.equal(run.status, 0, run.stdout);
  });

  test("of one that waits for timers", async () => {
    const { run } = await assertReplays("basics/sleep", ["20", "5"]);
    assert.equal(run.stdout, "slept".padEnd(6, "\n").repeat(5));
  });

  test("of one that ends with a status of its own, traps, or is refused nothing", async () => {
    assert.equal((await assertReplays("basics/exit", ["7"])).run.status, 7);
    const trapped = await assertReplays("hostile/trap", ["unreachable"]);
    assert.equal(trapped.run.status, 126);
    assert.match(trapped.replayed.stderr, /trapped\(unreachable/);
    assert.equal((await assertReplays("hostile/recurse", [])).run.status, 126);
  });

  test("of one that a limit ended while it computed, and while it waited", async () => {
    const spin = await assertReplays("hostile/spin", [], { options: ["--cpu-time", "50ms"] });
    assert.equal(spin.run.status, 124);
    assert.match(spin.replayed.stderr, /killed\(cpu-time 50 ms\), memory not compared/);
    const sleep = await withEnoughTime(
      (seconds) =>
        assertReplays("basics/sleep", ["600000"], { options: ["--timeout", `${seconds}s`] }),
      // That of a program which did not come to wait is not compared.
      ({ replayed }) => /memory the same/.test(replayed.stderr),
    );
    assert.equal(sleep.run.status, 124);
    assert.match(sleep.replayed.stderr, /killed\(wall-time \d+ s\), memory the same/);
    const flood = await assertReplays("hostile/flood", [], { options: ["--max-output", "1MiB"] });
    assert.equal(flood.run.status, 124);
    assert.equal(flood.run.stdout.length, 2 ** 20);
  });

  test("of one that runs without checks, on a thread of its own", async () => {
    const { run } = await assertReplays("basics/words", ["-s"], {
      options: ["--no-preempt"],
      stdin: "one two two\n".repeat(100),
    });
    assert.equal(run.status, 0);
  });

  test("of one that serves a socket", async () => {
    const recording = join(scratch, "serving.rec");
    const words = [
      "run",
      "--record",
      recording,
      "--listen",
      ":0",
      guest("basics/accept-echo"),
      "1",
    ];
    const child = startNoos(words);
    const ended = collect(child);
    const socket = connect(await announcedPort(child), "127.0.0.1");
    socket.end("hello, socket");
    assert.equal((await socket.setEncoding("utf8").toArray()).join(""), "hello, socket");
    assert.equal((await ended).status, 0);
    const replayed = await noos(["replay", recording]);
    assert.equal(replayed.status, 0, replayed.stderr);
  });

  test("of one that talks over a connection", async () => {
    const path = join(scratch, "replayed.sock");
    const server = createServer((socket) => socket.pipe(socket));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(path, resolve);
    await promise;
    const recording = join(scratch, "talking.rec");
    const words = ["--connect", `unix:${path}`, guest("basics/connect-echo"), "over here"];
    const run = await noos(["run", "--record", recording, ...words]);
    server.close();
    const replayed = await noos(["replay", recording]);
    assert.deepEqual([run.status, run.stdout.trim()], [0, "over here"]);
    assert.deepEqual([replayed.status, replayed.stdout], [0, run.stdout], replayed.stderr);
  });

  for (const kind of ["directory", "tar"] as const) {
    test(`of an image in a ${kind}, with its layers`, async () => {
      const cwd = newFolder();
      const image = join(cwd, "image");
      mkdirSync(join(image, "root"), { recursive: true });
      mkdirSync(join(image, "layers"));
      cpSync(guest("basics/files"), join(image, "program.wasm"));
      writeFileSync(join(image, "root", "below"), "lowest");
      mkdirSync(join(cwd, "layer"));
      writeFileSync(join(cwd, "layer", "above"), "top");
      execFileSync("tar", ["-C", "layer", "-czf", "image/layers/1.tar.gz", "."], { cwd });
      execFileSync("tar", ["-C", "image", "-cf", "image.tar", "."], { cwd });
      const recording = join(scratch, `image-${kind}.rec`);
      const file = kind === "tar" ? `${image}.tar` : image;
      const run = await noos(["run", "--record", recording, file]);
      rmSync(cwd, { recursive: true });
      const replayed = await noos(["replay", recording]);
      assert.match(run.stdout, /\.: above below dev\n$/);
      assert.deepEqual([replayed.status, replayed.stdout], [0, run.stdout], replayed.stderr);
    });
  }
});

suite("a recording", () => {
  test("whose writer was killed is played up to its last whole frame, and says so", async () => {
    const recording = join(scratch, "killed.rec");
    const child = startNoos(["run", "--record", recording, guest("basics/sleep"), "30", "1000"]);
    const ended = collect(child);
    // Some frames of entries: more than the program alone.
    const before = (): number => statSync(recording, { throwIfNoEntry: false })?.size ?? 0;
    let slept = 0;
    let sizeBytes = 0;
    for await (const _ of child.stdout) {
      slept += 1;
      if (sizeBytes === 0) sizeBytes = before();
      if (sizeBytes > 0 && before() > sizeBytes && slept > 15) child.kill("SIGKILL");
    }
    assert.equal((await ended).status, undefined);
    const replayed = await noos(["replay", recording]);
    assert.equal(replayed.status, 0, replayed.stderr);
    assert.match(replayed.stdout, /^(?:slept\n)+$/);
    assert.match(
      replayed.stderr,
      /^the recording was cut: it ends in or after call \d+\nlast calls:/,
    );
    assert.match(replayed.stderr, /\nin hand:\n {2}memory .*\n {2}fd 0 {2}input, 0 bytes read/);
  });

  test("is made for its owner's eyes only", async () => {
    const recording = join(scratch, "private.rec");
    await noos(["run", "--record", recording, guest("basics/hello")]);
    assert.equal(statSync(recording).mode & 0o777, 0o600);
  });

  test("replaces an older one, and nothing else", async () => {
    const cwd = newFolder();
    const program = join(cwd, "hello.wasm");
    cpSync(guest("basics/hello"), program);
    writeFileSync(join(cwd, "letter"), "dear reader");
    mkdirSync(join(cwd, "folder"));
    for (const [file, why] of [
      [
        "hello.wasm",
        /^noos: cannot record into "hello\.wasm": there is a file that is no recording\n/,
      ],
      ["./hello.wasm", /cannot record into/],
      ["letter", /there is a file that is no recording/],
      ["folder", /^noos: cannot record into "folder": EISDIR/],
    ] as const) {
      const { status, stdout, stderr } = await noos(["run", "--record", file, program], { cwd });
      assert.deepEqual({ status, stdout }, { status: 120, stdout: "" });
      assert.match(stderr, why);
      assert.match(stderr, /\n {6}next: /);
    }
    const { stderr } = await noos(["run", "--json", "--record", "letter", program], { cwd });
    assert.equal(JSON.parse(stderr).error.code, "FILE_NOT_WRITABLE");
    assert.deepEqual(readFileSync(program), readFileSync(guest("basics/hello")));
    assert.equal(readFileSync(join(cwd, "letter"), "utf8"), "dear reader");
    for (const name of ["words", "hello"]) {
      await noos(["run", "--record", "again.rec", guest(`basics/${name}`)], { cwd });
    }
    assert.equal((await noos(["replay", "again.rec"], { cwd })).stdout, "hello, world\n");
  });

  test(
    "for which there is no room does not cost the program's output",
    { skip: process.platform === "linux" ? false : "there is no /dev/full" },
    async () => {
      const stdin = "as long as this\n".repeat(100_000);
      const words = ["run", "--record", "/dev/full", guest("basics/echo")];
      const { status, stdout, stderr } = await noos(words, { stdin });
      assert.equal(status, 123);
      assert.ok(stdout === stdin, `${stdout.length} of ${stdin.length} bytes`);
      assert.equal(stderr.match(/recording into "\/dev\/full" stopped: .*ENOSPC/g)?.length, 1);
    },
  );
});
