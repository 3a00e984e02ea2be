import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { count, deploy, eventsUntil, type RunningDaemon, until, up } from "./daemon.ts";

const followersCount = 1000;

const rounds = 8;

/** More than one batch of events and what a connection costs; less than what happens below. */
const followerBytesMax = 150_000;

/** Follows events and takes no more of them than fit into its connection. */
async function followSlowly(daemon: RunningDaemon, context: TestContext): Promise<void> {
  const socket = createConnection({ path: join(daemon.dataFolder, "noos.sock") });
  context.after(() => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.write("GET /v1/events?after=oldest HTTP/1.1\r\nhost: noos\r\n\r\n");
  // It is being answered, and nobody reads that.
  await once(socket, "readable");
}

function memoryBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

suite("torture: clients", () => {
  test(
    "a thousand that follow events and do not read take little, and nothing from others",
    { skip: process.platform === "linux" ? false : "memory is read from Linux" },
    async (t) => {
      const daemon = await up(t);
      const { client } = daemon;
      const { pid } = await client.status();
      const app = `app: a\nprocesses: { w: { image: basics/sleep, args: ["100000000"] } }\n`;
      await deploy(client, app);
      const reader = eventsUntil(client, (all) => all.some(({ kind }) => kind === "app-removed"));
      const beforeBytes = memoryBytes(pid);
      for (let n = 0; n < followersCount; n++) await followSlowly(daemon, t);
      for (let round = 0; round < rounds; round++) {
        for (const n of [100, 1]) {
          await client.scale("a", "w", n);
          const views = async (): Promise<number> => (await client.processes("a")).length;
          // The app, and those that run or are still ending.
          await until(async () => (await views()) === n + 1);
          await until(async () => (await client.status()).apps[0]?.running === n);
        }
      }
      const followerBytes = (memoryBytes(pid) - beforeBytes) / followersCount;
      assert.ok(followerBytes < followerBytesMax, `each follower takes ${followerBytes} bytes`);
      await client.remove("a");
      const events = await reader;
      // Who reads has all of it, in order.
      assert.equal(count(events, "process-started", "a/w.100"), rounds);
      const numbers = events.map(({ position }) => Number(/\d+$/.exec(position)?.[0]));
      const [first = 0] = numbers;
      assert.deepEqual(
        numbers,
        events.map((_, index) => first + index),
      );
    },
  );
});
