import { readSync } from "node:fs";

const blockBytes = 64 * 1024;

/** Longer reads gain nothing: the copy costs what the call does. */
const readBytesMax = 16 * 1024;

/**
 * A block of the file that was read last, so that many short reads are one call of the host.
 *
 * It never outlives the turn of the event loop it was read in, nor any change of a file that goes
 * through this OS process. Whatever a guest hears from outside reaches it in a later turn: so a
 * guest that was told of a change sees the change. There is one block for all directories,
 * because the same file may be granted twice.
 */
class ReadAhead {
  #bytes = new Uint8Array(0);
  #descriptor = -1;
  #start = 0;
  #end = 0;
  /** Where the last read was, whether it came from the block or not. */
  #last = { descriptor: -1, start: 0, end: 0 };
  #isDue = false;

  /** As `readSync`: how many bytes came into `target`. Throws what `readSync` throws. */
  read(descriptor: number, target: Uint8Array, position: number): number {
    const end = position + target.length;
    const isHere = descriptor === this.#descriptor && position >= this.#start && end <= this.#end;
    if (!isHere) {
      const goesOn = this.#goesOn(descriptor, position);
      this.#last = { descriptor, start: position, end };
      if (!goesOn || target.length > readBytesMax || !this.#fill(descriptor, position, end)) {
        return readSync(descriptor, target, 0, target.length, position);
      }
    }
    const from = position - this.#start;
    target.set(this.#bytes.subarray(from, from + target.length));
    this.#last.start = position;
    this.#last.end = end;
    return target.length;
  }

  /** The block is of no use any more. */
  forget(): void {
    this.#descriptor = -1;
    this.#last.descriptor = -1;
  }

  /** Only a read that follows the one before is worth more than it asks for. */
  #goesOn(descriptor: number, position: number): boolean {
    const { descriptor: last, start, end } = this.#last;
    return descriptor === last && position >= start && position <= end;
  }

  /** Reads a block from `position`; whether it holds all up to `end`. */
  #fill(descriptor: number, position: number, end: number): boolean {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(blockBytes);
    this.#descriptor = -1;
    const count = readSync(descriptor, this.#bytes, 0, blockBytes, position);
    this.#descriptor = descriptor;
    this.#start = position;
    this.#end = position + count;
    if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(() => {
        this.#isDue = false;
        this.forget();
      });
    }
    return end <= this.#end;
  }
}

export const readAhead: ReadAhead = new ReadAhead();
