import { readSync } from "node:fs";
import type { OpenedFile } from "./opened.ts";

const aheadBytes = 64 * 1024;
const smallBytesMax = 16 * 1024;
const freshMs = 1;

/** What is ready: bytes of one file from one position on, each to be given once. */
interface Ready {
  readonly file: OpenedFile;
  readonly looks: number;
  readonly atMs: number;
  position: number;
  start: number;
  end: number;
}

/**
 * Reads a stretch at once for who reads a file in small pieces, one behind the other: a call of
 * the host costs more than the piece.
 *
 * A guest cannot tell, but by the clock, that it did not ask the host itself. What is ready is
 * given once, and only while nothing else of the host's file systems was looked at (`looked`) and
 * the guest was not interrupted: so nothing it has learned is newer than the bytes it gets. For
 * one that computes for long between two reads they are a millisecond old at most.
 */
export class ReadAhead {
  readonly #buffer = new Uint8Array(aheadBytes);
  readonly #nowMs: () => number;
  #ready: Ready | undefined = undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  read(file: OpenedFile, target: Uint8Array, position: number): number {
    const count = this.#take(file, target, position) ?? this.#ask(file, target, position);
    file.readUpTo = position + count;
    return count;
  }

  /** Gives what is ready, if it is this and still good. */
  #take(file: OpenedFile, target: Uint8Array, position: number): number | undefined {
    const ready = this.#ready;
    if (ready?.file !== file || ready.position !== position || ready.looks !== looks) {
      return undefined;
    }
    const count = Math.min(target.length, ready.end - ready.start);
    if (count === 0 || this.#nowMs() - ready.atMs > freshMs) return undefined;
    target.set(this.#buffer.subarray(ready.start, ready.start + count));
    ready.start += count;
    ready.position += count;
    return count;
  }

  #ask(file: OpenedFile, target: Uint8Array, position: number): number {
    looked();
    const isNext = file.readUpTo === position;
    if (!isNext || target.length > smallBytesMax) {
      return readSync(file.fd, target, 0, target.length, position);
    }
    const end = readSync(file.fd, this.#buffer, 0, aheadBytes, position);
    const count = Math.min(target.length, end);
    target.set(this.#buffer.subarray(0, count));
    const next = position + count;
    this.#ready = { file, looks, atMs: this.#nowMs(), position: next, start: count, end };
    queueMicrotask(looked);
    return count;
  }
}

/** Counts what was asked of the host, through any grant of this OS process. */
let looks = 0;

/** Says that the host was asked for something, or that other code has run: nothing is ready. */
export function looked(): void {
  looks += 1;
}
