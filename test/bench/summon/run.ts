/**
 * What a request waits for a process that is not there: its latency less that of the same request
 * to one that is, by a daemon over loopback. Each request comes alone, to an instance that serves
 * it and no other. In the same run: an inetd that forks and executes a static C program, and
 * workerd, which loads a worker for each request; what is missing says why.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeHost } from "#app/embed";
import { System } from "#core/system";
import { BenchDaemon } from "#test/bench/daemon";
import { buildInetd, type Peer, startInetd, startWorkerd } from "#test/bench/peer";
import { type Figure, quantile, summarize, type Unit } from "#test/bench/statistics";
import { fileOf } from "#tools/toolchain";
import { readFileSync } from "node:fs";
import { cgiScript, deployOthers, deploySummoned, noos } from "./app.ts";
import { type Answered, BenchClient } from "./client.ts";
import { deployedFigures } from "./deployed.ts";

const requests = 300;
const warmUp = 30;
/** An executor has 8,000 processes at most, of which those that are measured are some. */
const otherCounts = [0, 1000, 7900] as const;

/** Milliseconds at the median. */
const asked: Readonly<Record<string, number | undefined>> = {
  handler: 0.5,
  script: 3,
  larger: undefined,
  python: undefined,
};
const askedOfSlowest = 3;

/** workerd's answer to a script that is not there yet: a worker that is loaded for each request. */
const loader = `
const hello = 'export default { fetch() { return new Response("hello, world\\\\n"); } };';
const modules = { "hello.js": hello };
const code = { compatibilityDate: "2026-01-01", mainModule: "hello.js", modules };
let count = 0;
export default {
  fetch(request, env) {
    const name = new URL(request.url).pathname === "/new" ? "new " + count++ : "warm";
    return env.LOADER.get(name, () => code).getEntrypoint().fetch(request);
  },
};
`;

/** A way to be answered by what is not there, and by what is. */
interface Side {
  readonly name: string;
  readonly fresh: BenchClient;
  readonly warm: BenchClient;
  readonly count: number;
}

interface Measured {
  readonly side: Side;
  /** Beyond the median of the warm ones, in milliseconds. */
  readonly added: readonly number[];
  readonly answers: readonly Answered[];
  readonly warmMs: number;
}

const folder = mkdtempSync(join(tmpdir(), "noos-summon-"));
const peers: Peer[] = [];
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];

async function measure(side: Side): Promise<Measured> {
  const warm: number[] = [];
  const answers: Answered[] = [];
  for (let turn = 0; turn < side.count + warmUp; turn++) {
    const [there, summoned] = [await side.warm.ask(), await side.fresh.ask()];
    if (turn < warmUp) continue;
    warm.push(there.ms);
    answers.push(summoned);
  }
  const warmMs = quantile(warm, 0.5);
  return { side, warmMs, answers, added: answers.map(({ ms }) => ms - warmMs) };
}

function figure(
  name: string,
  values: readonly number[],
  about: { readonly asked?: number | undefined; readonly note?: string; readonly unit?: Unit },
): Figure {
  const { asked: most, note = "", unit = "ms" } = about;
  return { name, unit, asked: most, note, ...summarize(values) };
}

function phasesNote({ answers, warmMs }: Measured): string {
  const names = [...new Set(answers.flatMap(({ phases }) => [...phases.keys()]))];
  const parts = names.map((name) => {
    const values = answers.flatMap(({ phases }) => phases.get(name) ?? []);
    return `${name} ${quantile(values, 0.5).toFixed(2)}`;
  });
  return [...parts, `warm ${warmMs.toFixed(2)}`].join(", ");
}

function figuresOf(measured: Measured, beside: string): readonly Figure[] {
  const { side, added } = measured;
  const name = `${side.name}${beside}`;
  const note = phasesNote(measured);
  const slowest = figure("… 99 of 100 within", [quantile(added, 0.99)], {
    asked: side.name === "handler" ? askedOfSlowest : undefined,
  });
  return [figure(name, added, { asked: asked[side.name], note }), slowest];
}

/** Both ways of asking one program of the daemon; connections stay. */
function sideOf(name: string, port: number): Side {
  const at = (path: string): BenchClient => new BenchClient({ port, path, isConnectedAnew: false });
  const fresh = at(`/${name}/new`);
  // A command is never there: what is compared with is the way to something that is.
  if (name === "python") return { name, fresh, warm: at("/handler/warm"), count: requests / 10 };
  return { name, fresh, warm: at(`/${name}/warm`), count: requests };
}

async function ours(): Promise<readonly Figure[]> {
  const data = join(folder, "data");
  const words = ["--executors", "1", "--http", "127.0.0.1:0"];
  const { daemon } = await BenchDaemon.start(noos, data, words);
  cleanUp.push(() => daemon.kill());
  const at = join(data, "noos.sock");
  const names = deploySummoned(join(folder, "summoned"), at);
  const figures: Figure[] = [];
  for (const count of otherCounts) {
    if (count > 0) deployOthers(join(folder, "others"), at, count);
    const beside = count === 0 ? "" : `, beside ${count} processes`;
    for (const name of names) {
      if (count > 0 && name !== "handler" && name !== "script") continue;
      const measured = await measure(sideOf(name, daemon.requestsPort));
      figures.push(...figuresOf(measured, beside));
      if (name === "python") figures.push(await cpython(measured));
    }
  }
  return figures;
}

/** The same program, started and run to its end in a kernel alone: an answer cannot come before. */
async function cpython({ answers }: Measured): Promise<Figure> {
  const system = new System(nodeHost({ cacheFolder: false }));
  const program = system.load(readFileSync(fileOf("python") ?? ""));
  const alone: number[] = [];
  for (let round = 0; round < requests / 10 + 3; round++) {
    const startMs = performance.now();
    await system.start(program, { args: ["-c", cgiScript] }).exit;
    if (round >= 3) alone.push(performance.now() - startMs);
  }
  const ms = quantile(alone, 0.5);
  const ratios = answers.map((answer) => answer.ms / ms);
  const note = `its own start to end ${ms.toFixed(0)} ms`;
  return figure("CPython as CGI, to its own start", ratios, { asked: 1.3, note, unit: "×" });
}

/** Answers nothing, and says why, where the reference cannot be had. */
async function reference(name: string, side: () => Promise<Side>): Promise<readonly Figure[]> {
  try {
    return figuresOf(await measure(await side()), "");
  } catch (cause) {
    console.error(`${name} is not measured: ${(cause as Error).message}`);
    return [];
  }
}

async function inetd(): Promise<Side> {
  const program = buildInetd(folder);
  const [forking, alone] = [await startInetd(program, true), await startInetd(program, false)];
  peers.push(forking, alone);
  const client = ({ port }: Peer): BenchClient =>
    new BenchClient({ port, path: "/", isConnectedAnew: true });
  const name = "an inetd that forks and executes";
  return { name, fresh: client(forking), warm: client(alone), count: requests };
}

async function workerd(): Promise<Side> {
  const peer = await startWorkerd(loader);
  peers.push(peer);
  const client = (path: string): BenchClient =>
    new BenchClient({ port: peer.port, path, isConnectedAnew: false });
  const sides = { fresh: client("/new"), warm: client("/warm") };
  return { name: "workerd, a new isolate", ...sides, count: requests };
}

try {
  const figures = [
    ...(await reference("inetd", inetd)),
    ...(await reference("workerd", workerd)),
    ...(await ours()),
    ...(await deployedFigures(folder)),
  ];
  if (process.send === undefined) console.log(figures);
  else process.send(figures);
} finally {
  for (const { child } of peers) child.kill();
  for (const step of cleanUp.toReversed()) await step();
}
