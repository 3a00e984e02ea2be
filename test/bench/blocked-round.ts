/** One round of `blocked.ts`, in an OS process of its own: `processes N` or `memories N`. */
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

const [kind = "", count = "0"] = process.argv.slice(2);
const processes = Number(count);
const osPageBytes = 4096;

/**
 * Host memory that this OS process has in use: its pages, its page tables, and what the system
 * keeps for each of its mappings (an entry, and its share of the tree they are in).
 */
function hostBytes(): number {
  for (let time = 0; time < 3; time++) gc?.();
  const status = readFileSync("/proc/self/status", "utf8");
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN);
  const mappings = readFileSync("/proc/self/maps", "latin1").split("\n").length - 1;
  return (kilobytes("VmRSS") + kilobytes("VmPTE")) * 1024 + mappings * mappingBytes;
}
const mappingBytes = 192 + 32;

const system = newSystem({ processes });
const program = system.load(read(guestFile("basics/echo")));

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
  const bytes = hostBytes() - before;
  if (memories.length !== processes) throw new Error("all of them are held until here");
  return { bytes, startMs: 0, wakeMs: 0 };
}

sendAnswer(await (kind === "processes" ? measureProcesses() : measureMemories()));
process.disconnect?.();
process.exit();
