import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  dialer,
  diskBlobs,
  fileDescriptorSink,
  fileDescriptorSource,
  listen,
  nodeExecutor,
  nodeOutside,
} from "#adapters/node";
import { simulatedHost } from "#adapters/sim";
import type {
  Blobs,
  ByteSink,
  ByteSource,
  Dialer,
  Executor,
  Listener,
  SharedOutside,
} from "#core/host";

/** One implementation of all ports, with what a test needs to drive it. */
export interface PortHost {
  readonly name: string;
  readonly executor: Executor;
  readonly outside: SharedOutside;
  /** Waits for `promise` while the host goes on; real time or virtual. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets time pass as a computation does. */
  compute(ns: number): void;
  source(content: Uint8Array): ByteSource;
  sink(): { readonly sink: ByteSink; readonly taken: () => Uint8Array };
  listen(): Promise<{ readonly listener: Listener; readonly dialer: Dialer }>;
  blobs(): Blobs;
  /** Gives back what it took of the machine. */
  release(): void;
}

export function nodePorts(): PortHost {
  const scratch = mkdtempSync(join(tmpdir(), "noos-ports-"));
  const open: number[] = [];
  let names = 0;
  const newFile = (content: Uint8Array, flags: string): { path: string; fd: number } => {
    names += 1;
    const path = join(scratch, String(names));
    writeFileSync(path, content);
    const fd = openSync(path, flags);
    open.push(fd);
    return { path, fd };
  };
  return {
    name: "node",
    executor: nodeExecutor(),
    outside: nodeOutside(),
    until: (promise) => promise,
    compute(ns) {
      for (const endMs = performance.now() + ns / 1e6; performance.now() < endMs;);
    },
    source: (content) => fileDescriptorSource(newFile(content, "r").fd),
    sink() {
      const { path, fd } = newFile(new Uint8Array(0), "w");
      return { sink: fileDescriptorSink(fd), taken: () => new Uint8Array(readFileSync(path)) };
    },
    async listen() {
      const listener = await listen({ kind: "tcp", host: "127.0.0.1", port: 0 });
      return { listener, dialer: dialer(listener.address) };
    },
    blobs: () => diskBlobs(join(scratch, "blobs")),
    release() {
      for (const fd of open) closeSync(fd);
      rmSync(scratch, { recursive: true });
    },
  };
}

export function simulatedPorts(): PortHost {
  const host = simulatedHost({ seed: 7, shortReads: true, preemptShare: 0 });
  let addresses = 0;
  return {
    name: "sim",
    executor: host,
    outside: host.outside,
    until: (promise) => host.time.until(promise),
    compute: (ns) => host.time.advance(ns),
    source: (content) => host.source(content),
    sink() {
      const sink = host.sink();
      return { sink, taken: () => sink.bytes };
    },
    listen() {
      addresses += 1;
      const address = `tcp:simulated:${addresses}`;
      const listener = host.network.listen(address);
      return Promise.resolve({ listener, dialer: host.network.dialer(address) });
    },
    blobs: () => host.blobs,
    release: () => undefined,
  };
}
