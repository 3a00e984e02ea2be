/**
 * `npm start`: the main job, shown. First a program in its limits; then the shop, an app that is
 * deployed to a daemon of its own, loses an executor, heals, and leaves a crash to replay; then the
 * site, whose services run when they are asked. Each command stands above what it prints. On a
 * terminal the daemon stays until Ctrl-C; elsewhere all of it ends by itself, with 0 when it came
 * out as it should.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, connect } from "#app/client";
import { isFree, type PreparedApp, prepareShop, prepareSite } from "#tools/examples";
import { type CommandResult, formatSeconds, projectFolder, runCommand } from "./command.ts";

interface Step {
  readonly title: string;
  /** What follows `bin/noos`. */
  readonly words: readonly string[];
  readonly status: number;
  /** What has to be somewhere in its output, where that is known. */
  readonly has?: string;
}

/** No command here takes nearly as long. */
const commandTimeLimitMs = 90_000;
/** The oven burns a loaf within ten seconds; an executor is there again in one. */
const patienceMs = 40_000;
/** Where the site is, if nobody else is there. */
const usualPort = 8080;

// A short name: sockets have not much room for theirs.
const shortFolder = tmpdir().length > 40 ? "/tmp" : tmpdir();
const dataFolder = mkdtempSync(join(shortFolder, "noos-start-"));
const environment = { NOOS_DATA: dataFolder, NOOS_AT: undefined, NOOS_TOKEN: undefined };
process.on("exit", () => rmSync(dataFolder, { recursive: true, force: true }));

const leave = (): void => process.exit(130);
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
for (const signal of endings) process.on(signal, leave);

let failedCount = 0;

function title(text: string): void {
  console.log(`── ${text} ${"─".repeat(Math.max(0, 84 - text.length))}\n`);
}

function verdict(isExpected: boolean, text: string): void {
  if (!isExpected) failedCount += 1;
  console.log(`\n${isExpected ? "✓" : "✗"} ${text}\n`);
}

/** Shows one command and what it prints, and notes whether that is as expected. */
async function show({ title: text, words, status, has = "" }: Step): Promise<CommandResult> {
  title(text);
  console.log(`$ bin/noos ${words.join(" ")}\n`);
  const options = { env: environment, timeLimitMs: commandTimeLimitMs };
  const result = await runCommand(["bin/noos", ...words], options);
  console.log(result.output.trimEnd());
  const isExpected = result.status === status && result.output.includes(has);
  const wanted = isExpected ? "as it should" : `it should be ${status}, and tell of "${has}"`;
  verdict(isExpected, `status ${result.status}, ${wanted} (${formatSeconds(result.elapsedMs)})`);
  return result;
}

/** Starts a daemon; answers it when it is ready. Throws if that does not come to be. */
async function startDaemon(): Promise<ChildProcess> {
  const port = (await isFree(usualPort)) ? usualPort : 0;
  const words = ["up", "--http", `127.0.0.1:${port}`];
  const child = spawn(join(projectFolder, "bin", "noos"), words, {
    cwd: projectFolder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true, // Ctrl-C is for us: we end it in order.
  });
  process.on("exit", () => child.kill("SIGKILL"));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
    if (said.includes("ready at")) resolve();
  });
  child.once("error", reject);
  child.once("exit", (status) => reject(new Error(`noos up ended with ${status}\n${said}`)));
  const timer = setTimeout(() => reject(new Error(`noos up is not ready\n${said}`)), patienceMs);
  await promise.finally(() => clearTimeout(timer));
  return child;
}

async function endDaemon(daemon: ChildProcess): Promise<void> {
  const gone = once(daemon, "exit", { signal: AbortSignal.timeout(patienceMs) });
  daemon.kill("SIGTERM");
  await gone;
}

/** Asks again until there is an answer; undefined if there was none in time. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const endsAt = performance.now() + patienceMs;
  while (performance.now() < endsAt) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

/** Kills the executor that has most to do, as nothing can resist, and waits until all runs. */
async function killExecutor(client: Client): Promise<void> {
  const { executors } = await client.status();
  const [busiest] = executors.toSorted((a, b) => b.processes - a.processes);
  if (busiest?.pid === undefined) throw new Error("no executor runs");
  title("one of the OS processes that run all this is killed, with no warning");
  console.log(`$ kill -9 ${busiest.pid}    # executor ${busiest.slot}, ${busiest.processes} in it`);
  const before = await runningPaths(client);
  process.kill(busiest.pid, "SIGKILL");
  const startedAt = performance.now();
  // The oven may be between two loaves by its own fault; the rest has to be there.
  const healed = await eventually(async () => {
    const status = await client.status();
    const isBack = status.executors.some(
      ({ slot, pid }) => slot === busiest.slot && pid !== undefined && pid !== busiest.pid,
    );
    const now = await runningPaths(client);
    const isWhole = [...before].every((path) => now.has(path) || path.endsWith("/oven"));
    return isBack && isWhole ? now.size : undefined;
  });
  const time = `${Math.round(performance.now() - startedAt)} ms`;
  verdict(healed !== undefined, healed === undefined ? "not healed" : `all runs after ${time}`);
}

async function runningPaths(client: Client): Promise<ReadonlySet<string>> {
  const views = await client.processes();
  return new Set(views.filter(({ state }) => state === "running").map(({ path }) => path));
}

async function replayCrash(client: Client): Promise<void> {
  console.log("The oven gets hotter with each loaf: waiting until one burns …\n");
  const crash = await eventually(async () =>
    (await client.crashes()).find(({ path, isWhole }) => isWhole && path === "shop/kitchen/oven"),
  );
  if (crash === undefined) {
    verdict(false, "nothing has crashed, which is not as it should be");
    return;
  }
  await show({ title: "what failed, and is running again", words: ["crashes"], status: 0 });
  await show({
    title: "its crash once more: same chance, same time, same trap",
    words: ["replay", crash.id],
    status: 126,
    has: "it burns!",
  });
}

/** A page of the site, and what has to be in it; of a spec that may be left out, its name. */
interface Page {
  readonly path: string;
  readonly has: string;
  readonly about: string;
  readonly spec?: string;
}

const pages: readonly Page[] = [
  { path: "/", has: "The noos site", about: "TypeScript, which asks two others by their names" },
  { path: "/greeting", has: "hello", about: "a handler in C" },
  { path: "/s/", has: "[", about: "short links, in TypeScript" },
  {
    path: "/words?text=a+rose+is+a+rose",
    has: '"words": 5',
    about: "CPython, a process for each request",
    spec: "words",
  },
  { path: "/faces/you.png", has: "PNG", about: "a server in Go", spec: "faces" },
];

/** The site: nothing of it runs before the first call. Answers where it is. */
async function showSite(client: Client, { target, missing }: PreparedApp): Promise<string> {
  await show({ title: "the example site", words: ["deploy", target], status: 0, has: "is up" });
  const { http = "" } = await client.status();
  title("its services start when they are called, behind one port");
  for (const { path, has, about, spec } of pages) {
    if (spec !== undefined && missing.has(spec)) continue;
    const startedAt = performance.now();
    const response = await fetch(`${http}${path}`);
    const isGood = response.status === 200 && (await response.text()).includes(has);
    if (!isGood) failedCount += 1;
    const time = `${Math.round(performance.now() - startedAt)} ms`;
    console.log(`${isGood ? "✓" : "✗"} ${http}${path}  ${about}, in ${time}`);
  }
  console.log();
  await show({ title: "who answered", words: ["ps", "site"], status: 0, has: "serving by 1" });
  return http;
}

/** The example, deployed to a daemon that is ready. */
async function tour(client: Client, target: string): Promise<void> {
  await show({ title: "the example app", words: ["deploy", target], status: 0, has: "is up" });
  await show({ title: "what runs", words: ["ps"], status: 0, has: "worker.3" });
  await killExecutor(client);
  await show({ title: "and who was started again", words: ["ps"], status: 0, has: "worker.3" });
  await replayCrash(client);
}

/** Commands to try, with the spec that each is about, where there is one. */
const tries: readonly (readonly [command: string, about: string, spec?: string])[] = [
  ["bin/noos top", "who computes; q ends it"],
  ["bin/noos output -f till", "CPython sells; its book is in examples/shop/book", "till"],
  ["bin/noos end boss", "asks it to end: its children go first, and it stays down"],
  ["bin/noos restart front", "all that a customer sees, in its order"],
  ["bin/noos scale worker 10", "until the next deploy"],
  ["bin/noos events -f", "all that happens"],
  ["nc 127.0.0.1 7077", "the window says what you say", "window"],
];

function nextCommands({ target, missing }: PreparedApp): string {
  const lines = tries
    .filter(([, , spec]) => spec === undefined || !missing.has(spec))
    .map(([command, about]) => `  ${command.padEnd(27)} # ${about}\n`);
  const change = `Change ${target}, then: bin/noos plan ${target}, bin/noos deploy ${target}`;
  return `  export NOOS_DATA=${dataFolder}\n${lines.join("")}\n${change}\n`;
}

async function untilAsked(daemon: ChildProcess): Promise<void> {
  for (const signal of endings) process.off(signal, leave);
  await Promise.race([...endings.map((signal) => once(process, signal)), once(daemon, "exit")]);
  console.log("\nending all of it, in order");
}

await show({
  title: "a program that never ends, in a limit: 300 ms to compute",
  words: ["run", "--cpu-time", "300ms", "guests/built/hostile/spin.wasm"],
  status: 124,
});
const shop = await prepareShop({ fetch: true });
for (const [spec, why] of shop.missing) console.log(`without shop/${spec}: ${why}\n`);
const site = await prepareSite({ fetch: true });
for (const [spec, why] of site.missing) console.log(`without site/${spec}: ${why}\n`);
const daemon = await startDaemon();
const client = connect({ at: join(dataFolder, "noos.sock") });
await tour(client, shop.target);
const siteUrl = await showSite(client, site);
const stays = process.stdout.isTTY && failedCount === 0;
console.log(stays ? "Now you. In another terminal:\n" : "On a terminal it stays up, to try:\n");
console.log(nextCommands(shop));
if (stays) console.log(`The site is at ${siteUrl}/; its services leave when nobody asks.\n`);
if (stays) {
  console.log("It runs until Ctrl-C.");
  await untilAsked(daemon);
}
if (daemon.exitCode === null) await endDaemon(daemon);
if (failedCount > 0) console.log(`${failedCount} of these did not go as they should`);
process.exit(failedCount === 0 ? 0 : 1);
