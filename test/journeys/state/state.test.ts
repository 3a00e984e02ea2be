import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, suite, test } from "node:test";
import { openStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import { PlatformError } from "#core/sys";
import type { Store } from "#pool/host";

const scratch = mkdtempSync(join(tmpdir(), "noos-state-"));
after(() => rmSync(scratch, { recursive: true }));

const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill("SIGKILL");
});

function start(program: string, folder: string): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return line;
}

/** Ends it some time within the writes after so many. Answers the last it told. */
async function killWhileWriting(child: ChildProcess, writes: number): Promise<number> {
  assert.ok(child.stdout);
  let last = 0;
  let heard = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    heard += 1;
    if (heard === writes) setTimeout(() => child.kill("SIGKILL"), Math.random() * 8);
  }
  return last;
}

/** Checks all that `writer.ts` writes; answers the number of its last write. */
function checkWritten(store: Store): number {
  const last = Number(store.get("last")?.value);
  assert.deepEqual(
    store.list("gone/").map(({ key, value }) => [key, value]),
    [[`gone/${last}`, String(last)]],
  );
  const numbers = store.list("number/").map(({ key, value }) => {
    const { number, filling } = JSON.parse(value) as { number: number; filling: string };
    assert.equal(key, `number/${number % 20}`);
    assert.equal(filling, "x".repeat((number * 7919) % 40_000));
    return number;
  });
  const wanted = Array.from({ length: Math.min(20, last) }, (_, index) => last - index);
  assert.deepEqual(
    numbers.toSorted((a, b) => b - a),
    wanted,
  );
  return last;
}

suite("a daemon's state", () => {
  test("has every write that was acknowledged, whole, after each of 32 kills", async () => {
    const folder = join(scratch, "killed");
    let largest = 0;
    for (let round = 0; round < 32; round++) {
      const child = start("writer.ts", folder);
      const acknowledged = await killWhileWriting(child, 1 + (round % 7));
      const lock = lockFolder(folder);
      const store = openStore(join(folder, "state.db"));
      const last = checkWritten(store);
      store.close();
      lock.release();
      // The last one may have been written, and its writer killed before it could say so.
      assert.ok(last === acknowledged || last === acknowledged + 1, `${last}, ${acknowledged}`);
      largest = last;
    }
    assert.ok(largest > 90);
  });
});

suite("the lock of a data directory", () => {
  test("names the daemon that has it, and is free when that is killed", async () => {
    const folder = join(scratch, "locked");
    const startedMs = Date.now();
    const first = start("holder.ts", folder);
    assert.equal(await firstLine(first), "held");
    const problem = (await firstLine(start("holder.ts", folder))).split(" ");
    assert.equal(problem[0], "STATE_IN_USE");
    const said = problem.join(" ");
    const [, pid, since = ""] = /process number (\d+), since (\S+), works on it$/.exec(said) ?? [];
    assert.equal(Number(pid), first.pid);
    assert.ok(Date.parse(since) >= startedMs && Date.parse(since) <= Date.now(), since);

    first.kill("SIGKILL");
    await once(first, "exit");
    assert.equal(JSON.parse(readFileSync(join(folder, "holder.json"), "utf8")).pid, first.pid);
    const second = start("holder.ts", folder);
    assert.equal(await firstLine(second), "held");
    second.stdin?.end();
    await once(second, "exit");
    lockFolder(folder).release();
  });

  test("goes to one of many that start at once", async () => {
    const folder = join(scratch, "raced");
    const children = Array.from({ length: 6 }, () => start("holder.ts", folder));
    const lines = await Promise.all(children.map(firstLine));
    assert.equal(lines.filter((line) => line === "held").length, 1, lines.join("\n"));
    assert.equal(lines.filter((line) => line.startsWith("STATE_IN_USE ")).length, 5);
    for (const child of children) child.kill("SIGKILL");
  });

  test("names the file that stands in its way with something in it", () => {
    const folder = join(scratch, "scribbled");
    lockFolder(folder).release();
    writeFileSync(join(folder, "lock.db"), "scribbled");
    assert.throws(
      () => lockFolder(folder),
      (problem: PlatformError) =>
        problem.code === "STATE_DAMAGED" && problem.message.includes(join(folder, "lock.db")),
    );
  });

  test("is not held, nor named, by what a file says", () => {
    const folder = join(scratch, "stale");
    lockFolder(folder).release();
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    const sayings = [
      JSON.stringify({ pid: process.pid, sinceMs: 1 }),
      JSON.stringify({ pid: gone, sinceMs: 1 }),
      JSON.stringify({ pid: -1, sinceMs: 1e99 }),
      "null",
      "",
      "\0",
    ];
    for (const [index, saying] of sayings.entries()) {
      writeFileSync(join(folder, "holder.json"), saying);
      const lock = lockFolder(folder);
      writeFileSync(join(folder, "holder.json"), saying);
      const named = index === 0 ? /process number/ : /another daemon, which has not said yet/;
      assert.throws(
        () => lockFolder(folder),
        (error) => error instanceof PlatformError && named.test(error.message),
      );
      lock.release();
    }
  });
});

/** Whether this user may have disks of its own. */
const canMount =
  process.platform === "linux" && spawnSync("unshare", ["--user", "-rm", "true"]).status === 0;

suite("a data directory that may not be written", () => {
  const isRoot = process.getuid?.() === 0;
  test(
    "is refused by name",
    { skip: isRoot && !canMount ? "root may write everywhere" : process.platform === "win32" },
    () => {
      const folder = join(scratch, "closed");
      mkdirSync(folder, { mode: 0o500 });
      const program = [process.execPath, join(import.meta.dirname, "holder.ts"), folder];
      // In a namespace of its own root is nobody.
      const [command = "", ...args] = isRoot ? ["unshare", "--user", ...program] : program;
      assert.equal(
        execFileSync(command, args, { encoding: "utf8", input: "" }),
        `STATE_NOT_WRITABLE cannot write "${folder}": permission denied\n`,
      );
    },
  );
});

suite("a full disk", () => {
  test(
    "loses nothing, is told of, and does no harm when there is room again",
    { skip: canMount ? false : "needs Linux with user namespaces" },
    () => {
      const disk = join(scratch, "disk");
      mkdirSync(disk);
      const program = join(import.meta.dirname, "full.ts");
      const script = 'mount -t tmpfs -o size=400k,mode=700 noos "$1" && exec "$2" "$3" "$1"';
      const command = ["--user", "-rm", "sh", "-c", script, "sh", disk, process.execPath, program];
      execFileSync("unshare", command, { stdio: ["ignore", "inherit", "inherit"] });
    },
  );
});
