/** One part of a round of `blocked.ts`, in an OS process of its own: its kind, and how many. */
import { readFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { guestFile } from "#guests";
import type { ByteSink } from "#core/host";
import { Feed } from "#core/stream";
import { sendAnswer } from "./fresh-process.ts";
import { newSystem, read } from "./kernel.ts";

/** What a round found. */
export interface BlockedAnswer {
  /** Host memory in use for all of them together. */
  readonly bytes: number;
  readonly startMs: number;
  readonly wakeMs: number;
}

/** What there are so many of: processes, or a part of what they are made of. */
export type BlockedKind = "processes" | "memories" | "instances";

const measures: Readonly<Record<BlockedKind, () => Promise<BlockedAnswer>>> = {
  processes: measureProcesses,
  memories: measureMemories,
  instances: measureInstances,
};

const [kind = "", count = "0"] = process.argv.slice(2);
const processes = Number(count);
const osPageBytes = 4096;
/** What Linux keeps for a mapping of memory: an entry, and its share of the tree they are in. */
const mappingBytes = 192 + 32;

/** Host memory that this OS process has in use: its pages, its page tables, its mappings. */
function hostBytes(): number {
  for (let time = 0; time < 3; time++) gc?.();
  const status = readFileSync("/proc/self/status", "utf8");
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN);
  const mappings = readFileSync("/proc/self/maps", "latin1").split("\n").length - 1;
  return (kilobytes("VmRSS") + kilobytes("VmPTE")) * 1024 + mappings * mappingBytes;
}

/** As an executor of many small processes has it: by default each stack could grow to 4 MiB. */
const system = newSystem({ processes }, { callStackBytes: 256 * 1024 });
const programBytes = read(guestFile("basics/echo"));
const program = system.load(programBytes);

let echoes = 0;
const stdout: ByteSink = {
  tryPush(bytes) {
    echoes += 1;
    return bytes.length;
  },
  push(_bytes, answer) {
    answer(undefined);
  },
  close() {},
};

/** Waits until `isDone`, letting the event loop run meanwhile; answers how long that took. */
async function until(isDone: () => boolean): Promise<number> {
  const startMs = performance.now();
  while (!isDone()) await turn();
  return performance.now() - startMs;
}

async function measureProcesses(): Promise<BlockedAnswer> {
  // One comes and goes first, so that what all of them share is not counted.
  await system.start(program, { stdout }).exit;
  const before = hostBytes();
  const feeds: Feed[] = [];
  const startedAt = performance.now();
  const running = Array.from({ length: processes }, () => {
    const feed = new Feed();
    feeds.push(feed);
    return system.start(program, { stdin: feed, stdout });
  });
  await until(() => running.every(({ process: each }) => each.isWaiting));
  const startMs = performance.now() - startedAt;
  const bytes = hostBytes() - before;
  echoes = 0;
  const wokenAt = performance.now();
  for (const feed of feeds) feed.write("x");
  await until(() => echoes === processes);
  return { bytes, startMs, wakeMs: performance.now() - wokenAt };
}

/** Where a process that waits has written: one address in each page that is not zero. */
async function writtenPlaces(): Promise<{ pages: number; places: readonly number[] }> {
  const running = system.start(program, { stdin: new Feed(), stdout });
  await until(() => running.process.isWaiting);
  const [memory = new Uint8Array()] = running.process.memoryViews();
  const places: number[] = [];
  for (let at = 0; at < memory.length; at += osPageBytes) {
    if (memory.subarray(at, at + osPageBytes).some((byte) => byte !== 0)) places.push(at);
  }
  return { pages: memory.length / 65_536, places };
}

async function measureMemories(): Promise<BlockedAnswer> {
  const { pages, places } = await writtenPlaces();
  const before = hostBytes();
  const memories = Array.from({ length: processes }, () => {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536 });
    const bytes = new Uint8Array(memory.buffer);
    for (const place of places) bytes[place] = 1;
    return memory;
  });
  return sizeOf(memories, before);
}

/** The program suspended in its read, with nothing around it that the engine does not need. */
async function measureInstances(): Promise<BlockedAnswer> {
  const module = new WebAssembly.Module(programBytes);
  const answerLater = new WebAssembly.Suspending(() => new Promise<number>(() => undefined));
  const answerNow = (): number => 0;
  const calls = WebAssembly.Module.imports(module).map(
    ({ name }) => [name, name === "fd_read" ? answerLater : answerNow] as const,
  );
  const imports = { wasi_snapshot_preview1: Object.fromEntries(calls) };
  const before = hostBytes();
  const instances = Array.from({ length: processes }, () => {
    const { exports } = new WebAssembly.Instance(module, imports);
    const start = WebAssembly.promising(exports["_start"] as WebAssembly.ExportedFunction);
    return [exports, start()];
  });
  await turn();
  return sizeOf(instances, before);
}

function sizeOf(held: readonly unknown[], before: number): BlockedAnswer {
  const bytes = hostBytes() - before;
  if (held.length !== processes) throw new Error("all of them are held until here");
  return { bytes, startMs: 0, wakeMs: 0 };
}

sendAnswer(await measures[kind as BlockedKind]());
process.disconnect?.();
process.exit();
