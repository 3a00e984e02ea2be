import { closeSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import { assert } from "#core/base";
import type { ByteSink } from "#core/host";
import { errno, Errno } from "#core/sys";
import { errnoOf } from "#adapters/node/failure";
import { type Descriptor, openDescriptor } from "./descriptor.ts";

/** A terminal that somebody stopped is looked at again after this long. */
const retryMs = 10;

type Answer = (failed: Errno | undefined) => void;

/** Writes to descriptor `fd` of this OS process, 1 or 2 as a rule, and leaves it open. */
export function fileDescriptorSink(fd: number): ByteSink {
  return new DescriptorSink(fd);
}

class DescriptorSink implements ByteSink {
  readonly #fd: number;
  #descriptor: Descriptor | undefined;
  #stream: Socket | undefined;
  #failed: Errno | undefined;
  #isPushing = false;
  #isClosed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  tryPush(bytes: Uint8Array): number | Errno {
    assert(!this.#isPushing && !this.#isClosed, "one push at a time, and none after the last");
    return this.#failed ?? this.#writeNow(bytes);
  }

  push(bytes: Uint8Array, answer: Answer): void {
    const taken = this.tryPush(bytes);
    this.#isPushing = true;
    const rest = taken instanceof Errno ? bytes : bytes.subarray(taken);
    const failed = taken instanceof Errno ? taken : undefined;
    if (failed === undefined && rest.length > 0) this.#writeLater(rest, answer);
    else setImmediate(() => this.#finish(failed, answer));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isPushing) this.#release();
  }

  /** Writes what can be written without blocking: how much, or why nothing. */
  #writeNow(bytes: Uint8Array): number | Errno {
    let written = 0;
    try {
      const descriptor = (this.#descriptor ??= openDescriptor(this.#fd, "write"));
      this.#prepare(descriptor);
      while (written < bytes.length) {
        written += writeSync(descriptor.fd, bytes, written, bytes.length - written);
      }
      return written;
    } catch (error) {
      const failed = errnoOf(error);
      return failed === errno.EAGAIN || written > 0 ? written : failed;
    }
  }

  /** What we share with others does not block once Node has made a stream of it. */
  #prepare(descriptor: Descriptor): void {
    if (descriptor.kind !== "file" && !descriptor.isOwn) this.#stream ??= openStream(descriptor);
  }

  #writeLater(rest: Uint8Array, answer: Answer): void {
    const descriptor = this.#descriptor;
    assert(descriptor !== undefined, "something was written at once before the rest waits");
    if (descriptor.kind === "device" && descriptor.isOwn) {
      setTimeout(() => this.#retry(rest, answer), retryMs);
      return;
    }
    this.#stream ??= openStream(descriptor);
    this.#stream.write(rest, (error) => {
      // It may have gone out at once, and then this is called too early for an answer.
      setImmediate(() => this.#finish(error ? errnoOf(error) : undefined, answer));
    });
  }

  /** The event loop cannot wait for a terminal without blocking it, so that time has to do. */
  #retry(rest: Uint8Array, answer: Answer): void {
    const taken = this.#writeNow(rest);
    if (taken instanceof Errno) return this.#finish(taken, answer);
    if (taken === rest.length) return this.#finish(undefined, answer);
    this.#writeLater(rest.subarray(taken), answer);
  }

  #finish(failed: Errno | undefined, answer: Answer): void {
    this.#isPushing = false;
    this.#failed ??= failed;
    if (this.#isClosed) this.#release();
    answer(failed);
  }

  #release(): void {
    const descriptor = this.#descriptor;
    if (descriptor?.isOwn !== true) return;
    if (this.#stream !== undefined) this.#stream.destroy();
    else closeSync(descriptor.fd);
  }
}

/**
 * A stream the event loop waits with. Of what we share, 1 and 2 get Node's own streams, which
 * never close their descriptor: another file could get its number, and what is meant for the
 * terminal would go there.
 */
function openStream(descriptor: Descriptor): Socket {
  const stream = standardStream(descriptor) ?? newStream(descriptor.fd);
  // Each write is told of its own failure.
  stream.on("error", () => undefined);
  return stream;
}

function standardStream(descriptor: Descriptor): Socket | undefined {
  if (descriptor.isOwn) return undefined;
  return { 1: process.stdout, 2: process.stderr }[descriptor.fd];
}

function newStream(fd: number): Socket {
  const { Socket } = process.getBuiltinModule("node:net");
  return new Socket({ fd, readable: false, writable: true });
}
