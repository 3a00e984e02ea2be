/** `noos up`: from its start to ten thousand processes, and what failures cost. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Figure, Unit } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { publishedNoos } from "./noos-command.ts";
import { scratchFolder } from "./reference.ts";
import { quantile, summarize } from "#test/bench/statistics";
import { BenchDaemon, cpuSeconds, heldMegabytes } from "#test/bench/daemon";

const processCount = 10_000;
const guestBytes = 128 * 1024;
const crashingCount = 100;
/** Who has had nothing to do for so long has given back what memory it does not need. */
const idleMs = 15_000;

const noos = await publishedNoos();

function figure(
  name: string,
  values: readonly number[],
  about: { readonly unit: Unit; readonly asked: number | undefined; readonly note?: string },
): Figure {
  return { name, note: "", ...about, ...summarize(values) };
}

/** An empty state each time. */
async function readiness(): Promise<Figure> {
  const values: number[] = [];
  for (let round = 0; round < 9; round++) {
    const { daemon, readyMs } = await BenchDaemon.start(noos, scratchFolder());
    await daemon.kill();
    values.push(readyMs);
  }
  return figure("noos up, empty state, until ready", values, { unit: "ms", asked: 400 });
}

/** From the request that ends a process to its replacement, as a client sees it. */
async function replacements({ client }: BenchDaemon): Promise<readonly Figure[]> {
  const values: number[] = [];
  for (let round = 0; round < 200; round++) {
    const path = `big/w.${round + 100}`;
    const after = await client.position();
    const startMs = performance.now();
    const asked = client.restart(path);
    for await (const event of client.events({ after })) {
      if (event.kind === "process-started" && event.path === path) break;
    }
    values.push(performance.now() - startMs);
    await asked;
  }
  const { median } = summarize(values);
  const slowest = quantile(values, 0.99);
  return [
    figure("killed until its replacement runs", values, { unit: "ms", asked: 5 }),
    figure("… 99 of 100 within", [slowest], { unit: "ms", asked: 20, note: `of ${median} ms` }),
  ];
}

async function listing(data: string): Promise<Figure> {
  const values = Array.from({ length: 9 }, () => {
    const startMs = performance.now();
    spawnSync(noos, ["ps", "--at", join(data, "noos.sock")], { maxBuffer: 2 ** 30 });
    return performance.now() - startMs;
  });
  return figure("noos ps of 10,000 processes", values, { unit: "ms", asked: 300 });
}

async function lostExecutor(daemon: BenchDaemon): Promise<Figure> {
  const values: number[] = [];
  for (let round = 0; round < 3; round++) {
    const [, , second = 0] = await daemon.pids();
    const startMs = performance.now();
    process.kill(second, "SIGKILL");
    // Until the daemon has noticed, all of them count as running.
    for (;;) {
      if (!(await daemon.pids()).includes(second)) break;
    }
    await daemon.untilRunning(processCount);
    values.push((performance.now() - startMs) / 1000);
  }
  return figure("an executor with half of them lost, all back", values, { unit: "s", asked: 2 });
}

async function tenThousand(): Promise<readonly Figure[]> {
  const data = scratchFolder();
  const { daemon } = await BenchDaemon.start(noos, data);
  const startMs = performance.now();
  const spec = `image: basics/sleep, args: ["1000000000"], count: ${processCount}`;
  await daemon.deploy(`app: big\nprocesses:\n  w: { ${spec} }\n`, ["basics/sleep"]);
  await daemon.untilRunning(processCount);
  const deployed = (performance.now() - startMs) / 1000;
  const replaced = await replacements(daemon);
  const listed = await listing(data);
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const held = heldMegabytes(await daemon.pids(), guestBytes);
  const lost = await lostExecutor(daemon);
  await daemon.kill();
  const note = `${held.all.toFixed(0)} MB in all, ${held.guests.toFixed(0)} MB touched by guests`;
  return [
    ...replaced,
    figure("10,000 processes deployed, all running", [deployed], { unit: "s", asked: 5 }),
    listed,
    figure("… all OS processes, beyond the guests' memory", [held.all - held.guests], {
      unit: "MB",
      asked: 100,
      note,
    }),
    lost,
  ];
}

/** Once all wait for as long as they ever do. */
async function crashLoop(): Promise<Figure> {
  const { daemon } = await BenchDaemon.start(noos, scratchFolder());
  const names = Array.from({ length: crashingCount }, (_, index) => `c${index}`);
  const specs = names.map((name) => `  ${name}: { image: hostile/trap, args: [unreachable] }`);
  await daemon.deploy(`app: bad\nprocesses:\n${specs.join("\n")}\n`, ["hostile/trap"]);
  await new Promise((resolve) => setTimeout(resolve, 45_000));
  const pids = await daemon.pids();
  const values: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = cpuSeconds(pids);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    values.push(((cpuSeconds(pids) - before) / 10) * 100);
  }
  await daemon.kill();
  return figure("100 specs that crash at once, of one core", values, { unit: "%", asked: 5 });
}

sendAnswer([await readiness(), ...(await tenThousand()), await crashLoop()]);
