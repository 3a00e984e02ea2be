import { join } from "node:path";
import { BenchDaemon, heldMegabytes } from "#test/bench/daemon";
import { type Figure, quantile, summarize } from "#test/bench/statistics";
import { deployMany, noos } from "./app.ts";
import { BenchClient } from "./client.ts";

const specs = 10_000;
const askedKilobytes = 20;
const askedMs = 0.5;
const warmUp = 100;
const requests = 500;
/** Neighbours by number were deployed together: those that are asked lie apart. */
const stride = 17;
/** An executor gives memory back when nothing was asked of it for some seconds. */
const idleMs = 15_000;

/**
 * What many specs take of a daemon and its executor while none of them runs, and how long a request
 * to any of them waits, as its answer tells.
 */
export async function deployedFigures(folder: string): Promise<readonly Figure[]> {
  const data = join(folder, "deployed-data");
  const words = ["--executors", "1", "--http", "127.0.0.1:0"];
  const { daemon } = await BenchDaemon.start(noos, data, words);
  try {
    const pids = await daemon.pids();
    const before = heldMegabytes(pids, 0).all;
    deployMany(join(folder, "deployed"), join(data, "noos.sock"), specs);
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    const kilobytes = ((heldMegabytes(pids, 0).all - before) * 1000) / specs;
    const summons = await summonsOf(daemon.requestsPort);
    return [
      {
        name: `${specs} deployed specs, none running: each`,
        unit: "KB",
        asked: askedKilobytes,
        note: "",
        ...summarize([kilobytes]),
      },
      {
        name: "a handler, one of these",
        unit: "ms",
        asked: askedMs,
        note: `99 of 100 within ${quantile(summons, 0.99).toFixed(2)}`,
        ...summarize(summons),
      },
    ];
  } finally {
    await daemon.kill();
  }
}

/** Milliseconds until an instance took the request, each of another spec. */
async function summonsOf(port: number): Promise<readonly number[]> {
  const summons: number[] = [];
  for (let turn = 0; turn < warmUp + requests; turn++) {
    const path = `/${(turn * stride) % specs}`;
    const client = new BenchClient({ port, path, isConnectedAnew: true });
    const { phases } = await client.ask();
    if (turn >= warmUp) summons.push((phases.get("line") ?? 0) + (phases.get("start") ?? 0));
  }
  return summons;
}
