/**
 * How many hellos a second one core serves, asked by `wrk` on another core: of a handler, of a
 * script and of a handler through a name (passed on, or copied by the program between), by a daemon
 * as users have it; of bare `node:http` and of workerd. All take turns.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { guestFile } from "#guests";
import { BenchDaemon } from "#test/bench/daemon";
import { type Peer, startBare, startWorkerd } from "#test/bench/peer";
import { type Figure, summarize } from "#test/bench/statistics";

const rounds = 7;
const clients = 32;
const secondsEach = 2;
/** Cores, of which the first is the servers' and the second that of `wrk`. */
const onServersCore = ["taskset", "-c", "0"] as const;
const onClientsCore = ["-c", "1"] as const;

const noos = resolve(import.meta.dirname, "..", "..", "..", "bin", "noos");

const script = `export default { fetch: () => new Response("hello, world\\n") };\n`;

const manifest = `app: hello
processes:
  handler: { image: ./hello.wasm, serve: { routes: [/handler], instances: 1 } }
  script: { source: ./web.ts, serve: { routes: [/script], instances: 1 } }
  backend: { image: ./hello.wasm, serve: { instances: 1 } }
  named:
    image: ./gateway.wasm
    uses: { call: [backend] }
    serve: { routes: [/named], instances: 1 }
  copied:
    image: ./relay.wasm
    uses: { call: [backend] }
    serve: { routes: [/copied], instances: 1 }
`;

/** Who is asked, by where. */
type Side = "handler" | "script" | "named" | "copied" | "bare" | "workerd";

const folder = mkdtempSync(join(tmpdir(), "noos-serve-"));
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];

async function ours(): Promise<readonly (readonly [Side, string])[]> {
  copyFileSync(guestFile("http/hello"), join(folder, "hello.wasm"));
  copyFileSync(guestFile("http/gateway"), join(folder, "gateway.wasm"));
  copyFileSync(guestFile("http/relay"), join(folder, "relay.wasm"));
  writeFileSync(join(folder, "web.ts"), script);
  writeFileSync(join(folder, "noos.yaml"), manifest);
  const data = join(folder, "data");
  const words = ["--executors", "1", "--http", "127.0.0.1:0"];
  const { daemon } = await BenchDaemon.start([...onServersCore, noos], data, words);
  cleanUp.push(() => daemon.kill());
  execFileSync(noos, ["deploy", join(folder, "noos.yaml"), "--at", join(data, "noos.sock")], {
    stdio: "pipe",
  });
  const at = (path: Side): readonly [Side, string] => [
    path,
    `http://127.0.0.1:${daemon.requestsPort}/${path}`,
  ];
  return [at("handler"), at("script"), at("named"), at("copied")];
}

async function peer(
  name: Side,
  start: () => Promise<Peer>,
): Promise<readonly (readonly [Side, string])[]> {
  try {
    const { port, child } = await start();
    cleanUp.push(() => child.kill());
    return [[name, `http://127.0.0.1:${port}/`]];
  } catch (cause) {
    console.error(`${name} is not measured: ${(cause as Error).message}`);
    return [];
  }
}

/** Answers a second, of one round. An answer that is none counts as a failure of the bench. */
function perSecond(url: string): number {
  const asked = ["-t1", `-c${clients}`, `-d${secondsEach}s`, url];
  const said = execFileSync("taskset", [...onClientsCore, "wrk", ...asked], { encoding: "utf8" });
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`${url}: ${said}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]);
}

function figure(
  name: string,
  asked: number | undefined,
  values: readonly number[],
  note: string,
): Figure {
  return { name, unit: "×", asked, isLeast: true, note, ...summarize(values) };
}

function compared(measured: ReadonlyMap<Side, readonly number[]>): readonly Figure[] {
  const thousands = (side: Side): string =>
    `${side} ${(summarize(measured.get(side) ?? []).median / 1000).toFixed(1)}`;
  const ratio = (
    name: string,
    asked: number | undefined,
    [one, other]: readonly [Side, Side],
  ): Figure[] => {
    const values = measured.get(one) ?? [];
    const others = measured.get(other);
    if (others === undefined) return [];
    const note = `thousand a second: ${thousands(one)}, ${thousands(other)}`;
    return [
      figure(
        name,
        asked,
        values.map((value, at) => value / (others[at] ?? 0)),
        note,
      ),
    ];
  };
  return [
    ...ratio("a handler, of bare node:http", 0.6, ["handler", "bare"]),
    ...ratio("a script, of workerd", 1, ["script", "workerd"]),
    ...ratio("through a name, of the handler itself", 0.5, ["named", "handler"]),
    ...ratio("... copied by the program between", undefined, ["copied", "handler"]),
  ];
}

try {
  execFileSync("sh", ["-c", "command -v wrk taskset"], { stdio: "pipe" });
  const sides = new Map<Side, string>([
    ...(await ours()),
    ...(await peer("bare", () => startBare(onServersCore))),
    ...(await peer("workerd", () => startWorkerd(script, onServersCore))),
  ]);
  const measured = new Map<Side, number[]>([...sides.keys()].map((side) => [side, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [side, url] of sides) {
      const answers = perSecond(url);
      // What is compiled on the way is not measured.
      if (round > 0) measured.get(side)?.push(answers);
    }
  }
  const figures = compared(measured);
  if (process.send === undefined) console.log(figures);
  else process.send(figures);
} finally {
  for (const step of cleanUp.toReversed()) await step();
}
