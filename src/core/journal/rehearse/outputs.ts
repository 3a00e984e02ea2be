/** The first place where a stream of output is not what it was. */
export interface OutputDifference {
  /** `stdout`, `stderr`, or `connection N`. */
  readonly stream: string;
  readonly offset: number;
  /** Counted from 1. */
  readonly line: number;
  /** The line in question, as far as it goes; `undefined` where the output ended before. */
  readonly recorded: string | undefined;
  readonly found: string | undefined;
}

const lineBytesMax = 200;
const newline = 0x0a;

/** Compares what a run writes to one stream with what it wrote. */
export class OutputComparison {
  readonly #stream: string;
  readonly #recorded: Uint8Array;
  #found: Uint8Array[] = [];
  #offset = 0;
  #differsAt: number | undefined = undefined;

  constructor(stream: string, recorded: readonly Uint8Array[]) {
    this.#stream = stream;
    this.#recorded = joined(recorded);
  }

  get bytes(): number {
    return this.#offset;
  }

  write(bytes: Uint8Array): void {
    if (this.#differsAt === undefined) {
      for (let index = 0; index < bytes.length; index++) {
        if (bytes[index] === this.#recorded[this.#offset + index]) continue;
        this.#differsAt = this.#offset + index;
        break;
      }
    }
    this.#offset += bytes.length;
    this.#found.push(bytes.slice());
  }

  /** The first difference, once the run is over: output that is missing counts. */
  difference(): OutputDifference | undefined {
    const isShort = this.#offset < this.#recorded.length;
    const at = this.#differsAt ?? (isShort ? this.#offset : undefined);
    if (at === undefined) return undefined;
    const found = joined(this.#found);
    let line = 1;
    for (let index = 0; index < at; index++) if (this.#recorded[index] === newline) line += 1;
    return {
      stream: this.#stream,
      offset: at,
      line,
      recorded: lineAt(this.#recorded, at),
      found: lineAt(found, at),
    };
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function lineAt(bytes: Uint8Array, at: number): string | undefined {
  if (at >= bytes.length) return undefined;
  // Before the first byte there is nothing to look in; -1 would mean the end.
  const start = at === 0 ? 0 : bytes.lastIndexOf(newline, at - 1) + 1;
  const end = bytes.indexOf(newline, at);
  const from = Math.max(start, at - lineBytesMax);
  const to = Math.min(end < 0 ? bytes.length : end, at + lineBytesMax);
  return new TextDecoder().decode(bytes.subarray(from, to));
}
