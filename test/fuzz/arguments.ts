import type { SeededRandom } from "#core/base";
import { Fd, signatureOf } from "#test/puppet";

/** The memory that a fuzzed process begins with. */
export const memoryBytes: number = 2 * 65_536;

/** Where plausible structures lie, so that many calls get past their first checks. */
const places = {
  vectors: 1024,
  subscriptions: 4096,
  paths: 8192,
  buffers: 16_384,
  results: 32_768,
  requests: 40_960,
  lists: 45_056,
} as const;

const pathTexts: readonly string[] = [
  "file",
  "folder",
  "link",
  ".",
  "..",
  "/",
  "",
  "folder/../file",
  "../../etc/passwd",
  "new",
  "new/",
  "folder/new",
  "link/x",
  "dev/zero",
  "dev",
  "a\0b",
  "\u{1F600}",
  "x".repeat(60),
  "./././file",
];
const pathSlotBytes = 64;

/** Texts of a request: specs, names, then what may stand in any of its lists. */
const specTexts: readonly string[] = ["crasher", "crasher", "short", "worker", "unknown"];
const childTexts: readonly string[] = ["one", "two", "three", "four", "five", "a/b"];
const listTexts: readonly (readonly string[])[] = [
  ["--flag", "", "x".repeat(50)],
  ["MODE=test", "EMPTY=", "=x", "none"],
  ["files:./data", "connect:db:1"],
  ["memory=64KiB", "cpu-time=1s", "memory=1GiB", "processes=1", "size=9"],
];
const requestBytes = 48;

const encoder = new TextEncoder();

type Random = SeededRandom;
type Value = number | bigint;

/** What a parameter is for; gives a value that makes sense for that. */
type Role = (random: Random) => readonly Value[];

const below =
  (bound: number): Role =>
  (random) => [random.below(bound)];
const fd =
  (...kinds: readonly (keyof typeof Fd)[]): Role =>
  (random) => [Fd[kinds[random.below(kinds.length)] ?? "file"]];
const offset: Role = (random) => [BigInt(random.below(30))];
const rights: Role = (random) => [[0n, 2n, 66n, BigInt(random.next())][random.below(4)] ?? 0n];
const vector: Role = (random) => [places.vectors + random.below(8) * 8, random.below(4)];
const result: Role = (random) => [places.results + random.below(64) * 8];
const buffer: Role = (random) => [places.buffers + random.below(1000), random.below(400)];
/** Two in three times one of the texts preferred. */
const pathLike =
  (...preferred: readonly string[]): Role =>
  (random) => {
    const choice = random.below(3) === 0 ? pathTexts : preferred;
    const text = choice[random.below(choice.length)] ?? "";
    const slot = places.paths + pathTexts.indexOf(text) * pathSlotBytes;
    return [slot, encoder.encode(text).length];
  };
const path = pathLike("file", "folder", "link");
const fresh = pathLike("new", "folder/new");
const anyFd = fd("input", "output", "file", "directory", "pipeReader", "pipeWriter", "socket");
const folder = fd("directory");
const file = fd("file");

const request: Role = (random) => [places.requests + random.below(8) * requestBytes, requestBytes];
const child: Role = (random) => [BigInt(1 + random.below(2))];

/** Each call's parameters by what they are for. */
const shapes: Readonly<Record<string, readonly Role[]>> = {
  args_get: [result, result],
  args_sizes_get: [result, result],
  environ_get: [result, result],
  environ_sizes_get: [result, result],
  clock_res_get: [below(5), result],
  clock_time_get: [below(5), offset, result],
  fd_advise: [file, offset, offset, below(6)],
  fd_allocate: [file, offset, offset],
  fd_close: [anyFd],
  fd_datasync: [file],
  fd_fdstat_get: [anyFd, result],
  fd_fdstat_set_flags: [anyFd, below(6)],
  fd_fdstat_set_rights: [anyFd, rights, rights],
  fd_filestat_get: [anyFd, result],
  fd_filestat_set_size: [file, offset],
  fd_filestat_set_times: [fd("file", "directory"), offset, offset, below(16)],
  fd_pread: [file, vector, offset, result],
  fd_prestat_get: [folder, result],
  fd_prestat_dir_name: [folder, buffer],
  fd_pwrite: [file, vector, offset, result],
  fd_read: [fd("file", "input", "pipeReader", "socket", "device"), vector, result],
  fd_readdir: [folder, buffer, offset, result],
  fd_renumber: [anyFd, anyFd],
  fd_seek: [file, offset, below(4), result],
  fd_sync: [fd("file", "directory")],
  fd_tell: [file, result],
  fd_write: [fd("output", "errors", "file", "pipeWriter", "socket"), vector, result],
  path_create_directory: [folder, fresh],
  path_filestat_get: [folder, below(2), path, result],
  path_filestat_set_times: [folder, below(2), path, offset, offset, below(16)],
  path_link: [folder, below(2), path, folder, fresh],
  path_open: [folder, below(2), path, below(16), rights, rights, below(32), result],
  path_readlink: [folder, path, buffer, result],
  path_remove_directory: [folder, path],
  path_rename: [folder, path, folder, fresh],
  path_symlink: [path, folder, fresh],
  path_unlink_file: [folder, path],
  poll_oneoff: [
    (random) => [places.subscriptions + random.below(4) * 48],
    (random) => [places.buffers, 1 + random.below(5)],
    result,
  ],
  proc_exit: [below(300)],
  proc_raise: [below(3)],
  sched_yield: [],
  random_get: [buffer],
  sock_accept: [fd("listener"), below(8), result],
  sock_recv: [fd("socket"), vector, below(4), result, result],
  sock_send: [fd("socket"), vector, below(2), result],
  sock_shutdown: [fd("socket"), below(5)],
  spawn: [request, result],
  next_exit: [(random) => [places.buffers, random.below(100), random.below(2)]],
  exit_fd: [result],
  acknowledge: [child],
  end: [child, offset],
  self: [buffer, result],
};

/** Parameters for a call: mostly such that it gets somewhere, one in six anything at all. */
export function parametersFor(call: string, random: Random): readonly Value[] {
  const sensible = (shapes[call] ?? []).flatMap((role) => role(random));
  const isWild = random.below(15) === 0;
  return signatureOf(call).parameters.map((type, place) => {
    const value = sensible[place] ?? 0;
    if (!isWild && random.below(6) !== 0) return value;
    return type === "i64" ? BigInt.asIntN(64, wide(random)) : narrow(random);
  });
}

/** Fills the memory with vectors, subscriptions and paths, some of them broken. */
export function plantStructures(memory: Uint8Array, random: Random): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  for (let index = 0; index < 16; index++) {
    const at = places.vectors + index * 8;
    const isBroken = random.below(10) === 0;
    view.setUint32(at, isBroken ? random.next() : places.buffers + random.below(1000), true);
    view.setUint32(at + 4, isBroken ? random.next() : random.below(3000), true);
  }
  for (let index = 0; index < 10; index++) {
    const at = places.subscriptions + index * 48;
    memory.fill(0, at, at + 48);
    view.setUint32(at, index, true);
    view.setUint8(at + 8, random.below(random.below(20) === 0 ? 256 : 3));
    view.setUint32(at + 16, random.below(random.below(10) === 0 ? 1000 : 12), true);
    view.setBigUint64(at + 24, random.below(3) === 0 ? wide(random) : 1000n, true);
    view.setUint16(at + 40, random.below(3), true);
  }
  plantRequests(memory, random);
  for (const [index, text] of pathTexts.entries()) {
    memory.set(encoder.encode(text), places.paths + index * pathSlotBytes);
  }
}

/** Requests for children, each with some of its lists and some of them broken. */
function plantRequests(memory: Uint8Array, random: Random): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  const start = { text: places.lists + 8 * 64, list: places.lists as number };
  const put = (at: number, texts: readonly string[]): void => {
    const text = encoder.encode(texts[random.below(texts.length)]);
    memory.set(text, start.text);
    view.setUint32(at, random.below(40) === 0 ? random.next() : start.text, true);
    view.setUint32(at + 4, random.below(40) === 0 ? random.next() : text.length, true);
    start.text += text.length;
  };
  for (let index = 0; index < 8; index++) {
    const at = places.requests + index * requestBytes;
    memory.fill(0, at, at + requestBytes);
    put(at, specTexts);
    put(at + 8, childTexts);
    for (const [place, texts] of listTexts.entries()) {
      if (random.below(6) > 0) continue;
      const count = random.below(3);
      view.setUint32(at + 16 + place * 8, start.list, true);
      view.setUint32(at + 20 + place * 8, random.below(20) === 0 ? random.next() : count, true);
      for (let left = count; left > 0; left--) put((start.list += 8) - 8, texts);
    }
  }
}

/** Any i32, the odd ones more often than the rest. */
function narrow(random: Random): number {
  const edges = [0, 1, -1, 3, 16, memoryBytes, memoryBytes - 1, 2 ** 31 - 1, -(2 ** 31)];
  const edge = edges[random.below(edges.length)] ?? 0;
  return random.below(3) === 0 ? random.next() | 0 : (edge + random.below(9) - 4) | 0;
}

/** Any 64 bits, the odd ones more often than the rest. */
function wide(random: Random): bigint {
  const edges = [0n, 10n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  const edge = edges[random.below(edges.length)] ?? 0n;
  return BigInt.asUintN(64, edge + BigInt(random.below(5)) - 2n);
}
