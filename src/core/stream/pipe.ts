import { ByteQueue, type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import { errno, type Errno } from "#core/sys";
import { WaitQueue } from "./wait-queue.ts";

const pipeBytesMax = 64 * 1024;

/** A bounded stream of bytes between processes of one kernel. Both ends are counted. */
export class Pipe {
  readonly readable: WaitQueue = new WaitQueue();
  readonly writable: WaitQueue = new WaitQueue();
  readonly #queue: ByteQueue;
  #readers = 1;
  #writers = 1;

  constructor(capacityBytes: number = pipeBytesMax) {
    this.#queue = new ByteQueue(capacityBytes);
  }

  get availableBytes(): number {
    return this.#queue.lengthBytes;
  }

  get roomBytes(): number {
    return this.#queue.roomBytes;
  }

  /** Whether a read answers at once: there are bytes, or no writer is left. */
  isReadable(): boolean {
    return this.#queue.lengthBytes > 0 || this.#writers === 0;
  }

  /** Whether a write answers at once: there is room, or no reader is left. */
  isWritable(): boolean {
    return this.#queue.roomBytes > 0 || this.#readers === 0;
  }

  /** Moves bytes into `target`: how many; 0 when nothing is there (the end, if `isReadable`). */
  read(target: Uint8Array): number {
    const count = this.#queue.shift(target);
    if (count > 0) this.writable.wake();
    return count;
  }

  /** Takes as many bytes as there is room for; EPIPE once the last reader has closed. */
  write(bytes: Uint8Array): number | Errno {
    if (this.#readers === 0) return errno.EPIPE;
    const count = this.#queue.push(bytes);
    if (count > 0) this.readable.wake();
    return count;
  }

  closeReader(): void {
    this.#readers -= 1;
    if (this.#readers === 0) this.writable.wake();
  }

  closeWriter(): void {
    this.#writers -= 1;
    if (this.#writers === 0) this.readable.wake();
  }

  /** Writes the bytes in flight and who still holds the ends. */
  save(writer: ByteWriter): void {
    const bytes = new Uint8Array(this.#queue.lengthBytes);
    this.#queue.copy(bytes);
    writer.unsigned(this.#queue.capacityBytes);
    writer.unsigned(this.#readers);
    writer.unsigned(this.#writers);
    writer.bytes(bytes);
  }

  /** A pipe as `save` wrote it, with nobody waiting. Throws `MalformedBytes`. */
  static restore(reader: ByteReader): Pipe {
    const { offset } = reader;
    const capacityBytes = reader.unsigned();
    const readers = reader.unsigned();
    const writers = reader.unsigned();
    const bytes = reader.bytes();
    if (capacityBytes === 0 || bytes.length > capacityBytes) {
      throw new MalformedBytes(`pipe of ${capacityBytes} bytes with ${bytes.length} in it`, offset);
    }
    const pipe = new Pipe(capacityBytes);
    pipe.#readers = readers;
    pipe.#writers = writers;
    pipe.#queue.push(bytes);
    return pipe;
  }
}
