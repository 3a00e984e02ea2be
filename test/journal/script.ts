import fc from "fast-check";
import { connectionPair, type SimulatedConnection, type SimulatedHost } from "#adapters/sim";
import {
  assemble,
  bytesOf,
  exportOf,
  functionType,
  importOf,
  s32,
  Type,
  u32,
} from "#core/machine/assembler";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import type { StartOptions } from "#core/system";

/** One thing a program does: a call with its parameters, or a loop of so many rounds. */
export type Step =
  | { readonly call: string; readonly parameters: readonly (number | bigint)[] }
  | { readonly spin: number };

type Bytes = readonly number[];

// Where things lie in a script's memory. What is read lands where writes are taken from, so that
// what a script writes depends on all that came in; what else calls answer lies apart.
const buffer = 4096;
const bufferBytes = 3 * 65_536;
const results = 2048;
const events = 3072;

const names = ["a", "b", "c", "d", "d/e", "link"];
const namesAt = 256;
const nameBytes = 16;

const lengths = [1, 7, 500, 5000, 70_000, bufferBytes];
const vectorsAt = 512;

/** What a script may poll for: descriptors to read or write, and a delay. */
const polls = [
  [{ fd: 0, type: 1 }, { delayNs: 2_000_000 }],
  [{ delayNs: 5_000_000 }],
  [{ delayNs: 0 }],
  [{ fd: 1, type: 2 }, { delayNs: 1_000_000 }],
  [{ fd: 3, type: 1 }, { fd: 4, type: 1 }, { fd: 0, type: 1 }, { delayNs: 4_000_000 }],
  [{ fd: 7, type: 1 }, { delayNs: 3_000_000 }],
] as const;
const pollsAt = 1024;
const pollBytes = 48 * 4;

/** Children a script may start: spec, name, and an argument. */
const children = [
  ["short", "one", ""],
  ["short", "two", "quick"],
  ["crasher", "one", "--crash"],
  ["worker", "three", "on and on"],
  ["unknown", "four", ""],
] as const;
const requestsAt = 3300;
const requestBytes = 48;
const childTextsAt = requestsAt + children.length * requestBytes;
const childTextBytes = 16;
const notice = 3900;
const childAt = 3960;

const allRights = (1n << 30n) - 1n;

const fds = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
const files = fc.constantFrom(7, 8, 9);
const vectors = fc.nat({ max: lengths.length - 1 }).map((index) => vectorsAt + index * 8);
const smallVectors = fc.nat({ max: 2 }).map((index) => vectorsAt + index * 8);
const offsets = fc.constantFrom(0n, 1n, 100n, 9000n, 70_000n);
const extremes = fc.constantFrom(-1n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n - 1n, 2n ** 53n);
/** Of 64 bits, which are nanoseconds without a sign. */
const moments = fc.oneof(offsets, extremes);
const setFlags = fc.nat({ max: 15 });
const paths = fc.nat({ max: names.length - 1 });

function call(name: string, ...parameters: readonly (number | bigint)[]): Step {
  return { call: name, parameters };
}

/** A path as two parameters: where its text is, and how long. */
function path(index: number): [number, number] {
  return [namesAt + index * nameBytes, names[index]?.length ?? 0];
}

const streams = (written: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.oneof(
    written.map((at) => call("fd_write", 1, at, 1, results)),
    smallVectors.map((at) => call("fd_write", 2, at, 1, results)),
    smallVectors.map((at) => call("fd_read", 0, at, 1, results)),
    fc.tuple(fds, smallVectors).map(([fd, at]) => call("fd_write", fd, at, 1, results)),
    fc.tuple(fds, smallVectors).map(([fd, at]) => call("fd_read", fd, at, 1, results)),
    fc.nat({ max: polls.length - 1 }).map((index) => {
      const count = polls[index]?.length ?? 0;
      return call("poll_oneoff", pollsAt + index * pollBytes, events, count, results);
    }),
    fc.constantFrom(0, 4).map((flags) => call("sock_accept", 3, flags, results)),
    fc.tuple(fds, written).map(([fd, at]) => call("sock_send", fd, at, 1, 0, results)),
    fc
      .tuple(fds, smallVectors)
      .map(([fd, at]) => call("sock_recv", fd, at, 1, 0, results, results + 8)),
    fc.tuple(fds, fc.constantFrom(1, 2, 3)).map(([fd, how]) => call("sock_shutdown", fd, how)),
    fc
      .tuple(fc.constantFrom(0, 3, 4), fc.constantFrom(0, 4))
      .map(([fd, flags]) => call("fd_fdstat_set_flags", fd, flags)),
  );

const times: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(0, 1, 2).map((clock) => call("clock_time_get", clock, 0n, results)),
  fc.constant(call("sched_yield")),
  fc.constantFrom(1, 16, 3000).map((count) => call("random_get", buffer, count)),
  fc.constantFrom(10, 1000, 5000).map((spin): Step => ({ spin })),
);

const childIds = fc.constantFrom(1n, 2n, 3n, 4n);
const family: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.nat({ max: children.length - 1 }).map(spawnStep), weight: 3 },
  {
    arbitrary: fc.constantFrom(0, 1).map((flags) => call("next_exit", notice, 56, flags)),
    weight: 3,
  },
  fc.constant(call("exit_fd", results)),
  childIds.map((child) => call("acknowledge", child)),
  fc.tuple(childIds, fc.constantFrom(0n, 1_000_000n, -1n)).map((how) => call("end", ...how)),
  fc.constantFrom(0, 100).map((length) => call("self", buffer, length, results)),
);

/** Starts a child: 0 and 1 are of one spec with different names, 4 of one that nobody granted. */
export function spawnStep(index: number): Step {
  return call("spawn", requestsAt + index * requestBytes, requestBytes, childAt);
}

const directory: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(paths, fc.nat({ max: 15 }), fc.constantFrom(0, 1))
    .map(([index, flags, append]) =>
      call("path_open", 5, 1, ...path(index), flags, allRights, allRights, append, results),
    ),
  fc
    .tuple(files, vectors, offsets)
    .map(([fd, at, offset]) => call("fd_pread", fd, at, 1, offset, results)),
  fc
    .tuple(files, vectors, offsets)
    .map(([fd, at, offset]) => call("fd_pwrite", fd, at, 1, offset, results)),
  fc
    .tuple(files, smallVectors, extremes)
    .map(([fd, at, offset]) => call("fd_pread", fd, at, 1, offset, results)),
  fc
    .tuple(fc.constantFrom(5, 7, 8), moments, moments, setFlags)
    .map(([fd, ...how]) => call("fd_filestat_set_times", fd, ...how)),
  fc
    .tuple(paths, moments, moments, setFlags)
    .map(([index, ...how]) => call("path_filestat_set_times", 5, 0, ...path(index), ...how)),
  fc.tuple(files, offsets, offsets).map(([fd, ...how]) => call("fd_allocate", fd, ...how)),
  files.map((fd) => call("fd_sync", fd)),
  files.map((fd) => call("fd_filestat_get", fd, results)),
  fc.tuple(files, offsets).map(([fd, size]) => call("fd_filestat_set_size", fd, size)),
  files.map((fd) => call("fd_close", fd)),
  fc.constantFrom(5, 7, 8).map((fd) => call("fd_readdir", fd, results, 900, 0n, results)),
  paths.map((index) => call("path_filestat_get", 5, 1, ...path(index), results)),
  paths.map((index) => call("path_create_directory", 5, ...path(index))),
  paths.map((index) => call("path_unlink_file", 5, ...path(index))),
  paths.map((index) => call("path_remove_directory", 5, ...path(index))),
  fc.tuple(paths, paths).map(([a, b]) => call("path_rename", 5, ...path(a), 5, ...path(b))),
  fc.tuple(paths, paths).map(([a, b]) => call("path_link", 5, 0, ...path(a), 5, ...path(b))),
  fc.tuple(paths, paths).map(([a, b]) => call("path_symlink", ...path(a), 5, ...path(b))),
  paths.map((index) => call("path_readlink", 5, ...path(index), buffer, 100, results)),
);

/**
 * Scripts of any calls with any parameters that make sense, now and then. One that floods writes
 * more at once than a reader takes.
 */
export function scripts({ floods }: { readonly floods: boolean }): fc.Arbitrary<readonly Step[]> {
  const step = fc.oneof(
    { arbitrary: streams(floods ? vectors : smallVectors), weight: 4 },
    { arbitrary: directory, weight: 4 },
    { arbitrary: times, weight: 2 },
    { arbitrary: family, weight: 2 },
  );
  return fc.array(step, { minLength: 1, maxLength: 60, size: "max" });
}

const calls = Object.entries({ ...wasiP1Calls, ...noosProcess.calls });

/** A program that does these steps and ends. */
export function scriptProgram(steps: readonly Step[]): Uint8Array {
  const types = calls.map(([, { type }]) => typeOf(type));
  return assemble({
    types: [functionType([], []), ...types],
    imports: calls.map(([name], index) =>
      importOf(moduleOf(name), name, "function", u32(index + 1)),
    ),
    functions: [{ locals: [Type.i32], code: steps.flatMap(codeOf) }],
    memories: [[0, 4]],
    exports: [exportOf("memory", "memory", 0), exportOf("_start", "function", calls.length)],
    data: [[0, 0x41, ...s32(0), 0x0b, ...bytesOf(initialMemory())]],
  });
}

function moduleOf(name: string): string {
  return name in noosProcess.calls ? noosProcess.module : "wasi_snapshot_preview1";
}

function typeOf(text: string): Bytes {
  const [parameters = "", result] = text.split(" -> ");
  const types = parameters.match(/i32|i64/g) ?? [];
  return functionType(
    types.map((type) => Type[type as "i32" | "i64"]),
    result === "i32" ? [Type.i32] : [],
  );
}

function codeOf(step: Step): Bytes {
  if ("spin" in step) {
    // loop { local = local - 1; br_if local }
    const countDown = [0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0];
    return [0x41, ...s32(step.spin), 0x21, 0, 0x03, 0x40, ...countDown, 0x0b];
  }
  const index = calls.findIndex(([name]) => name === step.call);
  return [
    ...step.parameters.flatMap((value) =>
      typeof value === "bigint" ? [0x42, ...s64(value)] : [0x41, ...s32(value)],
    ),
    0x10,
    ...u32(index),
    // What it answers is dropped.
    ...(calls[index]?.[1].type.endsWith("-> i32") ? [0x1a] : []),
  ];
}

function s64(value: bigint): Bytes {
  const rest = value >> 7n;
  const isLast = (rest === 0n && (value & 0x40n) === 0n) || (rest === -1n && (value & 0x40n) > 0n);
  return isLast ? [Number(value & 0x7fn)] : [Number(value & 0x7fn) | 0x80, ...s64(rest)];
}

function initialMemory(): Uint8Array {
  const memory = new Uint8Array(buffer + 512);
  const view = new DataView(memory.buffer);
  for (const [index, name] of names.entries()) {
    memory.set(new TextEncoder().encode(name), namesAt + index * nameBytes);
  }
  for (const [index, length] of lengths.entries()) {
    view.setUint32(vectorsAt + index * 8, buffer, true);
    view.setUint32(vectorsAt + index * 8 + 4, length, true);
  }
  for (const [index, poll] of polls.entries()) {
    for (const [place, subscription] of poll.entries()) {
      writeSubscription(view, pollsAt + index * pollBytes + place * 48, subscription);
    }
  }
  for (const [index, texts] of children.entries()) writeRequest(view, index, texts);
  for (let at = buffer; at < memory.length; at++) memory[at] = at % 16 === 15 ? 10 : 97 + (at % 26);
  return memory;
}

/** A request with one argument; each of its texts lies at a place of its own. */
function writeRequest(view: DataView, index: number, texts: (typeof children)[number]): void {
  const request = requestsAt + index * requestBytes;
  const lists = [request, request + 8, vectorsAt + 128 + index * 8] as const;
  for (const [place, text] of texts.entries()) {
    const at = childTextsAt + (index * texts.length + place) * childTextBytes;
    new Uint8Array(view.buffer).set(new TextEncoder().encode(text), at);
    view.setUint32(lists[place] ?? 0, at, true);
    view.setUint32((lists[place] ?? 0) + 4, text.length, true);
  }
  view.setUint32(request + 16, lists[2], true);
  view.setUint32(request + 20, 1, true);
}

function writeSubscription(
  view: DataView,
  at: number,
  what: { readonly fd: number; readonly type: number } | { readonly delayNs: number },
): void {
  if ("fd" in what) {
    view.setUint8(at + 8, what.type);
    view.setUint32(at + 16, what.fd, true);
  } else {
    view.setUint32(at + 16, 1, true);
    view.setBigUint64(at + 24, BigInt(what.delayNs), true);
  }
}

/** What a script is granted: 3 is a listener, 4 a connection, 5 a directory, 6 its devices. */
export function outsideOf(host: SimulatedHost): StartOptions {
  const stdin = host.source();
  const [near, far] = connectionPair(host.time);
  const listener = host.network.listen("here");
  readSlowly(host, far);
  for (const delayMs of [1, 3, 9, 20]) {
    host.turns.after(delayMs * 1e6, () => {
      stdin.feed(`line at ${delayMs}\n`);
      far.tryPush(new TextEncoder().encode(`word at ${delayMs}`));
      const client = host.network.dialNow("here");
      if (!("tryPush" in client)) return;
      client.tryPush(Uint8Array.of(delayMs));
      readSlowly(host, client);
    });
  }
  const kin = host.family({
    specs: {
      short: { lifeNs: 2e6 },
      crasher: { lifeNs: 3e6, end: { kind: "trapped", code: 0, text: "trapped(unreachable)" } },
      worker: {},
    },
  });
  for (const askMs of [2, 6, 15, 30]) host.turns.after(askMs * 1e6, () => kin.ask(askMs * 1e6));
  host.turns.after(40e6, () => stdin.end());
  return {
    stdin,
    listeners: [{ name: "here", port: listener }],
    connections: [{ name: "there", port: near }],
    directories: [
      { guest: "/", port: host.directory({ a: "text of a\n".repeat(20), "d/e": "below\n" }) },
    ],
    family: kin,
    limits: { "wall-time": 200e6, "cpu-time": 150e6 },
  };
}

/** The other end of a connection: reads a little, now and then. */
function readSlowly(host: SimulatedHost, connection: SimulatedConnection): void {
  connection.pull(1000, (result) => {
    if (result instanceof Uint8Array) host.turns.after(1e6, () => readSlowly(host, connection));
  });
}
