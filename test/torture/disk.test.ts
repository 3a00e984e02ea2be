import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { byCrashDisk, count, deploy, eventsUntil, type RunningDaemon, up } from "./daemon.ts";

const canMount =
  spawnSync("unshare", ["--user", "-rm", "mount", "-t", "tmpfs", "noos", "/mnt"]).status === 0;

/** The folder of crashes as the daemon sees it, which has mounted a disk there. */
function crashFolder({ child, dataFolder }: RunningDaemon): string {
  return join(`/proc/${child.pid}/root`, dataFolder, "crashes");
}

/** Fills the disk, but for one page. */
function fill(path: string): void {
  const isFull = (): boolean => {
    try {
      writeFileSync(path, Buffer.alloc(4096), { flag: "a" });
      return false;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
      return true;
    }
  };
  let bytes = 0;
  while (!isFull()) bytes += 4096;
  truncateSync(path, bytes - 4096);
}

const bad = (app: string): string =>
  `app: ${app}\nprocesses: { bad: { image: hostile/trap, args: [unreachable] } }\n`;

suite("torture: a full disk", () => {
  test(
    "in the middle of a crash costs its recording, and nothing else",
    { skip: canMount ? false : "needs Linux with user namespaces" },
    async (t) => {
      const daemon = await up(t, { by: byCrashDisk });
      const { client } = daemon;
      const folder = crashFolder(daemon);
      const filler = join(folder, "filler");
      fill(filler);
      await deploy(client, bad("a"));
      await eventsUntil(client, (all) => count(all, "process-ended", "a/bad") === 4);
      assert.deepEqual(readdirSync(folder), ["filler"]);
      assert.deepEqual(await client.crashes(), []);
      rmSync(filler);
      await deploy(client, bad("b"));
      await eventsUntil(client, (all) => count(all, "crash-recorded", "b/bad") === 1);
      const all = await client.crashes();
      assert.deepEqual(
        all.map(({ path }) => path),
        ["b/bad"],
      );
      const pieces = await Array.fromAsync(await client.crash(all[0]?.id ?? ""));
      assert.ok(Buffer.concat(pieces).length > 4096, "it is more than the page that was left");
      assert.equal((await client.status()).executors[0]?.restarts, 0);
    },
  );
});
