/** Output for a reader that never reads and never goes away: runs end all the same, when told. */
import assert from "node:assert/strict";
import { execFileSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { assemble, exportOf, functionType, importOf, s32, Type } from "#core/machine/assembler";
import { guest, noosProgram, scratch, startNoos, withEnoughTime } from "./noos.ts";

/** Writes more to stdout than a pipe holds, but no more than is buffered; then a word to stderr. */
const leaver = join(scratch, "leaver.wasm");
const [outVector, errVector, done] = [0, 8, 16];
const i32 = (value: number): number[] => [0x41, ...s32(value)];
const stored = (address: number, value: number): number[] => [
  ...i32(address),
  ...i32(value),
  0x36,
  2,
  0,
];
const write = (fd: number, vector: number): number[] => [
  ...[fd, vector, 1, 32].flatMap(i32),
  0x10,
  0,
  0x1a,
];
const i32s = (count: number): number[] => Array<number>(count).fill(Type.i32);
writeFileSync(
  leaver,
  assemble({
    types: [functionType([], []), functionType(i32s(4), [Type.i32])],
    imports: [importOf("wasi_snapshot_preview1", "fd_write", "function", [1])],
    functions: [
      {
        code: [
          ...stored(outVector + 4, 100_000),
          ...stored(errVector, done),
          ...stored(errVector + 4, 4),
          ...stored(done, 0x656e6f64),
          ...write(1, outVector),
          ...write(2, errVector),
        ],
      },
    ],
    memories: [[0, 2]],
    exports: [exportOf("_start", "function", 1), exportOf("memory", "memory", 0)],
  }),
);

/** A pipe with a reader that never reads, and a program that writes to it. */
class Unread implements Disposable {
  readonly #path = join(scratch, `unread-${Math.random()}`);
  readonly #reader: number;
  #child: ChildProcessWithoutNullStreams | undefined;

  constructor() {
    execFileSync("mkfifo", [this.#path]);
    this.#reader = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /** `noos run` with stdout into the pipe, and whatever else `redirection` says. */
  run(redirection: string, ...words: readonly string[]): ChildProcessWithoutNullStreams {
    const line = `exec "$@" >"${this.#path}" ${redirection}`;
    const shell = ["-c", line, "sh", noosProgram, "run", ...words];
    this.#child = startNoos(shell, { program: "/bin/sh" });
    return this.#child;
  }

  [Symbol.dispose](): void {
    this.#child?.kill("SIGKILL");
    closeSync(this.#reader);
  }
}

async function statusOf(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [status] = (await once(child, "close")) as unknown[];
  return status;
}

suite("output that nobody reads", { concurrency: true }, () => {
  for (const words of [[], ["--no-preempt"]]) {
    const how = words.join("");

    test(`holds a program that is over until Ctrl-C ${how}`, async () => {
      using unread = new Unread();
      // A program that is over holds no connection any more, whatever it left to be read.
      const server = createServer();
      const path = join(scratch, `over-${words.length}`);
      await once(server.listen(path), "listening");
      const child = unread.run("", ...words, "--connect", `unix:${path}`, leaver);
      let said = "";
      child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
      const [connection] = (await once(server, "connection")) as [Socket];
      await once(connection.resume(), "end");
      child.kill("SIGINT");
      const status = await statusOf(child);
      connection.destroy();
      server.close();
      assert.equal(status, 123);
      assert.equal(said, "donenoos: the last of its output was not read in time, and is lost\n");
    });

    test(`holds a program that is over until its --timeout ${how}`, async () => {
      const run = async (seconds: number): Promise<{ status: unknown; said: string }> => {
        using unread = new Unread();
        const child = unread.run("", ...words, "--timeout", `${seconds}s`, "--json", leaver);
        let said = "";
        child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
        return { status: await statusOf(child), said };
      };
      const { status, said } = await withEnoughTime(run, ({ said }) => said.startsWith("done"));
      assert.equal(status, 123);
      const outcome = JSON.parse(said.slice("done".length)) as Record<string, unknown>;
      assert.deepEqual(outcome["exit"], { kind: "exited", code: 0 });
      assert.deepEqual([outcome["status"], outcome["isDelivered"]], [123, false]);
    });

    test(`holds no report of ours that goes the same way ${how}`, async () => {
      using unread = new Unread();
      const flood = guest("hostile/flood");
      const child = unread.run("2>&1", ...words, "--timeout", "2s", "--stats", flood);
      assert.equal(await statusOf(child), 124);
    });
  }
});
