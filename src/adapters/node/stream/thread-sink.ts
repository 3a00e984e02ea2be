import { closeSync } from "node:fs";
import type { ByteSink } from "#core/host";
import { type Errno, errnoNamed } from "#core/sys";
import { openDescriptor } from "./descriptor.ts";
import { fileDescriptorSink } from "./descriptor-sink.ts";

/** A port between two threads, in no type of Node's: it is part of what embedders are given. */
export interface SinkPort {
  on(event: "message", heard: (value: unknown) => void): unknown;
  postMessage(value: unknown): void;
  close(): void;
}

type Answer = (failed: Errno | undefined) => void;

/**
 * A sink for descriptor `fd`, 1 or 2, on a thread that is not the main one. What is shared with
 * other OS processes and cannot be opened again is written on the main thread, by whoever serves
 * `port`: Node's streams of it live there, and two writers would overtake each other.
 */
export function threadSink(fd: number, port: SinkPort): ByteSink {
  const descriptor = openDescriptor(fd, "write");
  if (descriptor.isOwn) closeSync(descriptor.fd);
  const isDirect = descriptor.isOwn || descriptor.kind === "file";
  return isDirect ? fileDescriptorSink(fd) : new PortSink(port);
}

/** Pushes what comes through `port` to `sink`, and answers each piece there. */
export function serveSink(port: SinkPort, sink: ByteSink): void {
  port.on("message", (bytes) => {
    sink.push(bytes as Uint8Array, (failed) => port.postMessage(failed?.name));
  });
}

/** Where the other end of the port is served. */
export class PortSink implements ByteSink {
  readonly #port: SinkPort;
  #answer: Answer | undefined;

  constructor(port: SinkPort) {
    this.#port = port;
    port.on("message", (name) => {
      const answer = this.#answer;
      this.#answer = undefined;
      answer?.(name === undefined ? undefined : errnoNamed(name as string));
    });
  }

  push(bytes: Uint8Array, answer: Answer): void {
    this.#answer = answer;
    this.#port.postMessage(bytes);
  }

  close(): void {
    this.#port.close();
  }
}
