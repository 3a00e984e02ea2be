import { closeSync, readSync } from "node:fs";
import type { ReadStream } from "node:tty";
import type { Socket } from "node:net";
import { assert } from "#core/base";
import type { ByteSource, SourceAnswer } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { errnoOf } from "#adapters/node/failure";
import { type Descriptor, openDescriptor } from "./descriptor.ts";

/** What one waiting read brings at most: no more than this is taken ahead of a request. */
const readAheadBytesMax = 64 * 1024;

const nothing = new Uint8Array(0);

type Answer = (result: SourceAnswer) => void;

/** The standard input of this OS process, which is not looked at before somebody pulls. */
export function stdinSource(): ByteSource {
  return fileDescriptorSource(0);
}

/** What can be read from `fd`. It is read on demand, and while nobody pulls nothing waits. */
export function fileDescriptorSource(fd: number): ByteSource {
  return new DescriptorSource(fd);
}

class DescriptorSource implements ByteSource {
  readonly #fd: number;
  #descriptor: Descriptor | undefined;
  #stream: Socket | ReadStream | undefined;
  /** What the stream brought beyond the last request. */
  #ahead: Uint8Array = nothing;
  #final: "end" | Errno | undefined;
  #pull: { readonly bytesMax: number; readonly answer: Answer } | undefined;
  #isClosed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  pull(bytesMax: number, answer: Answer): void {
    assert(this.#pull === undefined, "one request at a time");
    this.#pull = { bytesMax, answer };
    if (this.#stream === undefined || this.#ahead.length > 0 || this.#final !== undefined) {
      setImmediate(() => this.#read());
    } else {
      this.#stream.resume();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pull = undefined;
    if (this.#stream !== undefined) this.#stream.destroy();
    else if (this.#descriptor?.isOwn === true) closeSync(this.#descriptor.fd);
  }

  #read(): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    const result = this.#takeAhead(pull.bytesMax) ?? this.#final ?? this.#readNow(pull.bytesMax);
    if (result === errno.EAGAIN) this.#wait();
    else this.#answer(result);
  }

  #answer(result: SourceAnswer): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    this.#pull = undefined;
    pull.answer(result);
  }

  #takeAhead(bytesMax: number): Uint8Array | undefined {
    if (this.#ahead.length === 0) return undefined;
    const taken = this.#ahead.subarray(0, bytesMax);
    this.#ahead = this.#ahead.subarray(taken.length);
    return taken;
  }

  /** Reads without blocking, or answers EAGAIN when that cannot be done. */
  #readNow(bytesMax: number): SourceAnswer {
    try {
      const descriptor = (this.#descriptor ??= openDescriptor(this.#fd, "read"));
      if (descriptor.kind !== "file" && !descriptor.isOwn) return errno.EAGAIN;
      const target = new Uint8Array(bytesMax);
      const count = readSync(descriptor.fd, target, 0, bytesMax, null);
      return count === 0 ? "end" : target.subarray(0, count);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** Lets the event loop wait, with a stream that reads once for each time it is resumed. */
  #wait(): void {
    try {
      this.#stream ??= this.#openStream();
      this.#stream.resume();
    } catch (error) {
      this.#finish(errnoOf(error));
    }
  }

  #openStream(): Socket | ReadStream {
    const descriptor = (this.#descriptor ??= openDescriptor(this.#fd, "read"));
    const stream = openStream(descriptor, (bytes) => {
      this.#arrived(bytes);
      // Who was answered may have asked again, and the stream cannot be resumed in here.
      return this.#pull !== undefined && this.#ahead.length === 0;
    });
    stream.on("end", () => this.#finish("end"));
    stream.on("error", (error) => this.#finish(errnoOf(error)));
    return stream;
  }

  #arrived(bytes: Uint8Array): void {
    this.#ahead = bytes;
    this.#read();
  }

  #finish(final: "end" | Errno): void {
    this.#final = final;
    this.#read();
  }
}

/** A stream that tells what has arrived, and is told whether to go on or to wait for `resume`. */
function openStream(
  descriptor: Descriptor,
  arrived: (bytes: Uint8Array) => boolean,
): Socket | ReadStream {
  const onread = {
    buffer: new Uint8Array(readAheadBytesMax),
    callback(count: number, buffer: Uint8Array): boolean {
      return arrived(buffer.slice(0, count));
    },
  };
  const options = { onread, manualStart: true, writable: false };
  const { fd, kind } = descriptor;
  return kind === "device"
    ? new (process.getBuiltinModule("node:tty").ReadStream)(fd, options)
    : new (process.getBuiltinModule("node:net").Socket)({ fd, ...options });
}
