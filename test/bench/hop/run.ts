/**
 * What it costs that a request is for a process of another executor: a hello over a front that
 * hands it on, against one over a front that answers itself. OS processes of their own for each
 * end; the clients are in this one.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "#test/bench/asking";
import { type Figure, summarize } from "#test/bench/statistics";

const asked = { ofBusiest: 0.5 } as const;
const requests = 20_000;
const rounds = 7;
const clients = 64;

const get = "GET /greeting?name=world HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n";

interface Side {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(...words: readonly string[]): Promise<Side> {
  const child = fork(join(import.meta.dirname, "server.ts"), [...words]);
  const port = await new Promise<number>((resolve) => {
    child.once("message", (message) => resolve(Number(message)));
  });
  return { child, port };
}

function cpuUs({ child }: Side): Promise<number> {
  return new Promise((resolve) => {
    child.once("message", (message) => resolve(Number(message)));
    child.send("taken");
  });
}

/** CPU time that each of these takes for a request to the first. */
async function cpuEach(...sides: readonly [Side, ...Side[]]): Promise<readonly number[]> {
  const before = await Promise.all(sides.map(cpuUs));
  await ask(sides[0].port, get, { clients, count: requests });
  const after = await Promise.all(sides.map(cpuUs));
  return after.map((us, at) => (us - (before[at] ?? 0)) / requests);
}

const folder = mkdtempSync(join(tmpdir(), "noos-hop-"));
const socket = join(folder, "far.sock");
const direct = await start("direct");
const far = await start("far", socket);
const near = await start("near", socket);
for (const { port } of [direct, near]) await ask(port, get, { clients, count: 2 * requests });

const ratios = { busiest: [] as number[], all: [] as number[] };
const us = { direct: [] as number[], near: [] as number[], far: [] as number[] };
for (let round = 0; round < rounds; round++) {
  const [own = 0] = await cpuEach(direct);
  const [here = 0, there = 0] = await cpuEach(near, far);
  us.direct.push(own);
  us.near.push(here);
  us.far.push(there);
  ratios.busiest.push(own / Math.max(here, there));
  ratios.all.push(own / (here + there));
}
for (const { child } of [direct, far, near]) child.kill();
rmSync(folder, { recursive: true });

const spell = (values: readonly number[]): string => summarize(values).median.toFixed(1);
const figures: readonly Figure[] = [
  {
    name: "a hello handed on, of what a core answers itself",
    unit: "×",
    asked: asked.ofBusiest,
    isLeast: true,
    note: `CPU time: ${spell(us.near)} µs here, ${spell(us.far)} there; else ${spell(us.direct)}`,
    ...summarize(ratios.busiest),
  },
  {
    name: "… of what both ends take together",
    unit: "×",
    asked: undefined,
    note: "",
    ...summarize(ratios.all),
  },
];
if (process.send === undefined) console.log(figures);
else process.send(figures);
