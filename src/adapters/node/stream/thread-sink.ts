import { closeSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";
import type { ByteSink } from "#core/host";
import { type Errno, errnoNamed } from "#core/sys";
import { openDescriptor } from "./descriptor.ts";
import { fileDescriptorSink } from "./descriptor-sink.ts";

type Answer = (failed: Errno | undefined) => void;

/**
 * A sink for descriptor `fd`, 1 or 2, on a thread that is not the main one. What is shared with
 * other OS processes and cannot be opened again is written on the main thread, by whoever serves
 * `port`: Node's streams of it live there, and two writers would overtake each other.
 */
export function threadSink(fd: number, port: MessagePort): ByteSink {
  const descriptor = openDescriptor(fd, "write");
  if (descriptor.isOwn) closeSync(descriptor.fd);
  const isDirect = descriptor.isOwn || descriptor.kind === "file";
  return isDirect ? fileDescriptorSink(fd) : new PortSink(port);
}

/** Pushes what comes through `port` to `sink`, and answers each piece there. */
export function serveSink(port: MessagePort, sink: ByteSink): void {
  port.on("message", (bytes: Uint8Array) => {
    sink.push(bytes, (failed) => port.postMessage(failed?.name));
  });
}

/** Where the other end of the port is served. */
export class PortSink implements ByteSink {
  readonly #port: MessagePort;
  #answer: Answer | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (name: string | undefined) => {
      const answer = this.#answer;
      this.#answer = undefined;
      answer?.(name === undefined ? undefined : errnoNamed(name));
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
