/**
 * A program on a thread of its own goes on while the main thread, which looks after it, is late:
 * here because a module loaded before us holds it up, elsewhere because the machine is busy.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { collect, guest, noos, noosProgram, scratch, startNoos } from "./noos.ts";

/** What makes node load a module with this text on the main thread, before anything of ours. */
function loading(name: string, text: string): { readonly NODE_OPTIONS: string } {
  const path = join(scratch, name);
  const imports = [
    `import threads from "node:worker_threads";`,
    `import { syncBuiltinESMExports } from "node:module";`,
  ];
  writeFileSync(path, [...imports, `if (threads.isMainThread) {`, text, `}`].join("\n"));
  return { NODE_OPTIONS: `--import=${pathToFileURL(path).href}` };
}

suite("a program on a thread of its own, while the main thread is late,", () => {
  test("is ended by a signal all the same, once it has begun", async (context) => {
    const env = loading(
      "late.mjs",
      `const { Worker } = threads;
      const never = new Int32Array(new SharedArrayBuffer(4));
      threads.Worker = class extends Worker {
        constructor(...rest) {
          super(...rest);
          setImmediate(() => Atomics.wait(never, 0, 0, 1000));
        }
      };
      syncBuiltinESMExports();`,
    );
    // What goes into a pipe with a name is written by the program's own thread.
    const pipe = join(scratch, "late-pipe");
    execFileSync("mkfifo", [pipe]);
    const shell = ["-c", `exec "$@" > "${pipe}"`, "sh", noosProgram];
    const words = [...shell, "run", "--no-preempt", guest("hostile/flood")];
    const child = startNoos(words, { program: "/bin/sh", env });
    const ended = collect(child);
    const reader = spawn("cat", [pipe]);
    context.after(() => reader.kill("SIGKILL"));
    await once(reader.stdout, "data");
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    assert.deepEqual([status, stderr], [125, `noos: "flood.wasm" was ended by Ctrl-C\n`]);
  });

  test("may be over before somebody asks how much it has computed", async () => {
    const env = loading(
      "over.mjs",
      `threads.Worker.prototype.cpuUsage = () =>
        Promise.reject(Object.assign(new Error("over"), { code: "ERR_WORKER_NOT_RUNNING" }));`,
    );
    const words = ["run", "--no-preempt", "--cpu-time", "500ms", guest("basics/sleep"), "700"];
    assert.deepEqual(await noos(words, { env }), { status: 0, stdout: "slept\n", stderr: "" });
  });
});
