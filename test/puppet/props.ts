import { Descriptor, type OpenObject } from "#core/kernel";
import { ListeningSocket, Socket } from "#core/net";
import { rightsOfKind } from "#core/personality/wasi-p1";
import { InputStream, OutputStream, Pipe } from "#core/stream";
import { type Directory, mountAt, type OpenMode, Quota } from "#core/vfs";
import { devices } from "#core/vfs/devices";
import { MemoryTree } from "#core/vfs/memory";
import {
  type CollectingSink,
  connectionPair,
  type ScriptedSource,
  type SimulatedConnection,
  type SimulatedHost,
} from "#adapters/sim";

/** The number of the descriptor of each kind that `Props` hands out, in their order. */
export const Fd = {
  input: 0,
  output: 1,
  errors: 2,
  directory: 3,
  file: 4,
  device: 5,
  pipeReader: 6,
  pipeWriter: 7,
  socket: 8,
  listener: 9,
} as const;

const everyMode: OpenMode = {
  read: true,
  write: true,
  create: true,
  exclusive: false,
  truncate: false,
};

/**
 * One descriptor of every kind, and the other end of each, which is the test's. The directory is a
 * tree in memory with the devices in it: a file `file`, a folder `folder`, a link `link` to the
 * file.
 */
export class Props {
  readonly source: ScriptedSource;
  readonly sink: CollectingSink;
  readonly errors: CollectingSink;
  readonly tree: MemoryTree;
  readonly pipe: Pipe = new Pipe(1024);
  readonly peer: SimulatedConnection;
  readonly address: string;
  readonly #host: SimulatedHost;
  readonly #near: SimulatedConnection;

  constructor(host: SimulatedHost, options: { readonly sinkRoomBytes?: number } = {}) {
    this.#host = host;
    this.source = host.source();
    const room = options.sinkRoomBytes;
    this.sink = host.sink(room === undefined ? {} : { roomBytes: room });
    this.errors = host.sink();
    this.tree = new MemoryTree({ quota: new Quota(1e6), device: 7n, now: () => 5_000n });
    [this.#near, this.peer] = connectionPair(host.time);
    this.address = "props";
    const { root } = this.tree;
    const file = root.open("file", everyMode);
    if (!("write" in file)) throw new Error("a new tree takes a file");
    file.write(new TextEncoder().encode("0123456789"), 0);
    file.close();
    root.makeDirectory("folder");
    root.makeSymlink("link", "file");
  }

  /** To be given to one process, which closes them. */
  descriptors(): readonly Descriptor[] {
    const { root } = this.tree;
    const stdin = new InputStream(this.source);
    const output = (sink: CollectingSink): OpenObject => ({
      kind: "output",
      stream: new OutputStream(sink),
      isTerminal: false,
    });
    const devs = devices(this.#host.outside.entropy);
    const directory = mountAt(root.retain(), [{ path: "dev", directory: devs }]);
    const objects: readonly OpenObject[] = [
      { kind: "input", stream: stdin, isTerminal: true },
      output(this.sink),
      output(this.errors),
      { kind: "directory", directory },
      fileIn(root, "file"),
      fileIn(devs, "zero"),
      { kind: "pipe-reader", pipe: this.pipe },
      { kind: "pipe-writer", pipe: this.pipe },
      { kind: "socket", socket: new Socket(this.#near) },
      {
        kind: "listener",
        listener: new ListeningSocket(this.#host.network.listen(this.address)),
      },
    ];
    return objects.map((object) => {
      const name = object.kind === "directory" ? "/" : undefined;
      return new Descriptor(object, rightsOfKind(object.kind), name);
    });
  }
}

function fileIn(directory: Directory, name: string): OpenObject {
  const file = directory.open(name, { ...everyMode, create: false });
  if (!("write" in file)) throw new Error(`"${name}" can be opened`);
  return { kind: "file", file };
}
