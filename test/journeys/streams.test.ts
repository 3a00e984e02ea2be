import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { suite, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  announcedPort,
  collect,
  type Ended,
  guest,
  noos,
  noosProgram,
  scratch,
  startNoos,
  withEnoughTime,
} from "./noos.ts";

const MiB = 2 ** 20;

/** A descriptor to write to a pipe, as soon as somebody has it open to read. */
async function openedForReading(pipe: string): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENXIO");
      await setImmediate();
    }
  }
}

/** The most memory an OS process has had so far. */
function memoryPeakBytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** On the main thread, and on one of its own. */
const ways: readonly (readonly string[])[] = [[], ["--no-preempt"]];

suite("streams", () => {
  for (const how of ways) {
    test(`pass 50 MB through, each byte in its place ${how.join("")}`, async () => {
      const child = startNoos(["run", ...how, guest("basics/echo")]);
      const [sent, received] = [createHash("sha256"), createHash("sha256")];
      const block = Buffer.from(Uint8Array.from({ length: 99_991 }, (_, index) => index % 251));
      Readable.from(
        (function* () {
          for (let count = 0; count < 500; count++) {
            sent.update(block);
            yield block;
          }
        })(),
      ).pipe(child.stdin);
      for await (const bytes of child.stdout) received.update(bytes as Buffer);
      assert.equal(received.digest("hex"), sent.digest("hex"));
    });
  }

  test(
    "that cannot be written to the end are not passed over in silence",
    {
      skip: process.platform === "linux" ? false : "there is no /dev/full",
    },
    async () => {
      const line = 'exec "$@" > /dev/full';
      const words = ["-c", line, "sh", noosProgram, "run", guest("basics/hello")];
      const ended = await collect(startNoos(words, { program: "/bin/sh" }));
      assert.equal(ended.status, 123);
      assert.match(ended.stderr, /not all that "hello.wasm" wrote to stdout .*ENOSPC/);
    },
  );

  test(
    "of our own that cannot be written are an error, never a defect and never the end of ending",
    {
      skip: process.platform === "linux" ? false : "there is no /dev/full",
    },
    async () => {
      const recording = join(scratch, "full.rec");
      await noos(["run", "--record", recording, guest("basics/hello")]);
      const into = (where: string, words: readonly string[]): Promise<Ended> =>
        collect(
          startNoos(["-c", `exec "$@" ${where}`, "sh", noosProgram, ...words], {
            program: "/bin/sh",
          }),
        );
      for (const words of [["--help"], ["check", guest("basics/hello")], ["replay", recording]]) {
        const { status, stderr } = await into("> /dev/full", words);
        assert.equal(status, 123, stderr);
        assert.match(stderr, /^noos: cannot write to stdout: ENOSPC\n {6}next: .+\n$/m);
      }
      for (const [words, expected] of [
        [["run", "--stats", guest("basics/hello")], 0],
        [["replay", recording], 0],
        [["run", "no-such-file.wasm"], 120],
      ] as const) {
        assert.equal((await into("2> /dev/full", words)).status, expected);
      }
    },
  );

  test(
    "let a program wait for a reader that is slow, and keep little meanwhile",
    {
      skip: process.platform === "linux" ? false : "asks /proc for memory",
    },
    async () => {
      const child = startNoos(["run", "--max-output", "256MiB", guest("hostile/flood")]);
      await once(child.stdout, "readable");
      // Nobody reads for as long as it takes to run another program: without back-pressure, all of
      // the output would be in memory by then.
      await noos(["run", guest("basics/hello")]);
      let total = 0;
      let peakBytes = 0;
      for await (const bytes of child.stdout) {
        total += (bytes as Buffer).length;
        // While it has more to write than pipes and sockets hold, it is there to be asked.
        if (total < 200 * MiB) peakBytes = memoryPeakBytes(child.pid);
      }
      assert.equal(total, 256 * MiB);
      assert.ok(peakBytes < 200 * MiB, `${peakBytes} bytes at most`);
    },
  );

  for (const how of ways) {
    test(`end well when the reader has seen enough ${how.join("")}`, async () => {
      const child = startNoos(["run", ...how, guest("hostile/flood")]);
      const ended = once(child, "close");
      await once(child.stdout, "data");
      child.stdout.destroy();
      let said = "";
      child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
      const [status, signal] = await ended;
      // The program learns of it as of any error, and decides by itself what to make of it.
      assert.ok(status > 0 && status < 120, `ended with ${status}, ${signal}`);
      assert.equal(said, "");
    });
  }

  test("do not keep us when a program was ended and nobody reads", async () => {
    const { status, said } = await withEnoughTime(
      async (seconds) => {
        const child = startNoos(["run", "--timeout", `${seconds}s`, guest("hostile/flood")]);
        const closed = once(child, "close");
        let said = "";
        child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
        const [status] = await once(child, "exit");
        child.stdout.destroy();
        await closed;
        return { status, said };
      },
      ({ said }) => said.includes("was not read"),
    );
    assert.equal(status, 124);
    assert.match(said, /wall-time, \d+ s\n.*\nnoos: the last of its output was not read/);
  });

  test("bring input as it comes, and not only at its end", async () => {
    const child = startNoos(["run", guest("basics/echo")]);
    const ended = collect(child);
    child.stdin.write("one");
    await once(child.stdout, "data");
    child.stdin.end("two");
    assert.deepEqual(await ended, { status: 0, stdout: "onetwo", stderr: "" });
  });
});

suite("signals", () => {
  for (const [signal, name] of [
    ["SIGINT", "Ctrl-C"],
    ["SIGTERM", "SIGTERM"],
  ] as const) {
    test(`${signal} ends a program that waits`, async () => {
      const child = startNoos(["run", guest("basics/echo")]);
      const ended = collect(child);
      child.stdin.write("here");
      await once(child.stdout, "data");
      child.kill(signal);
      const stderr = `noos: "echo.wasm" was ended by ${name}\n`;
      assert.deepEqual(await ended, { status: 125, stdout: "here", stderr });
    });
  }

  for (const words of [[], ["--no-preempt"]]) {
    test(`SIGINT ends a program that never waits ${words.join("")}`, async () => {
      const child = startNoos(["run", ...words, "--stats", guest("hostile/flood")]);
      const ended = collect(child);
      await once(child.stdout, "data");
      child.kill("SIGINT");
      const { status, stderr } = await ended;
      assert.equal(status, 125);
      assert.match(stderr, /^noos: "flood.wasm" was ended by Ctrl-C\nflood.wasm: killed/);
    });
  }

  for (const words of [[], ["--no-preempt"]]) {
    test(`SIGINT ends noos that reads a program from a pipe ${words.join("")}`, async () => {
      const pipe = join(scratch, `pipe${words.join("")}.wasm`);
      execFileSync("mkfifo", [pipe]);
      const child = startNoos(["run", ...words, pipe]);
      const closed = once(child, "close");
      const writer = await openedForReading(pipe);
      child.kill("SIGINT");
      const [status, signal] = await closed;
      closeSync(writer);
      assert.deepEqual({ status, signal }, { status: null, signal: "SIGINT" });
    });
  }

  test("SIGINT ends a program that is still being connected", async (context) => {
    // It takes connections and then stands still: the next ones wait for it.
    const code = `const server = require("node:net").createServer().listen(
      { host: "127.0.0.1", port: 0, backlog: 1 },
      () => process.stdout.write(String(server.address().port)))`;
    const server = spawn(process.execPath, ["-e", code]);
    context.after(() => server.kill("SIGKILL"));
    const port = Number(await once(server.stdout, "data"));
    server.kill("SIGSTOP");
    // Systems round the length of the queue up, some of them to eight.
    const clients = Array.from({ length: 32 }, () => connect({ host: "127.0.0.1", port }));
    for (const client of clients) client.on("error", () => undefined);
    const grants = ["--listen", ":0", "--connect", `127.0.0.1:${port}`];
    const child = startNoos(["run", ...grants, guest("basics/hello")]);
    const ended = collect(child);
    await announcedPort(child); // What it connects to comes after that.
    child.kill("SIGINT");
    const { status, stdout, stderr } = await ended;
    for (const client of clients) client.destroy();
    assert.deepEqual({ status, stdout }, { status: 125, stdout: "" }, stderr);
    assert.match(stderr, /^noos: "hello.wasm" was ended by Ctrl-C$/m);
  });

  test("a second one does not wait for output that nobody reads", async () => {
    const child = startNoos(["run", guest("hostile/flood")]);
    const exited = once(child, "exit");
    await once(child.stdout, "readable");
    child.kill("SIGINT");
    child.kill("SIGTERM");
    const [status] = await exited;
    assert.equal(status, 125);
    child.stdout.destroy();
  });
});
