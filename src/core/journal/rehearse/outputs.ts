/** The first place where an output is not what it was. */
export interface OutputDifference {
  /** `stdout`, `stderr`, a connection, or the path of a file. */
  readonly stream: string;
  readonly offset: number;
  /** Counted from 1. */
  readonly line: number;
  /** The line in question, as far as it goes; `undefined` where the output ended before. */
  readonly recorded: string | undefined;
  readonly found: string | undefined;
}

/** How much of a line is shown on either side of the place. */
const lineBytesMax = 200;
const newline = 0x0a;

/** What was written to one stream, in the order it was. */
export class WrittenStream {
  readonly name: string;
  readonly #pieces: Uint8Array[] = [];

  constructor(name: string) {
    this.name = name;
  }

  write(bytes: Uint8Array): void {
    this.#pieces.push(bytes.slice());
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

/**
 * The first difference between two outputs, if any. Where the recorded run was ended from outside,
 * at some point of its own, that one of them goes on is none.
 */
export function compareOutputs(
  stream: string,
  recorded: Uint8Array,
  found: Uint8Array,
  options: { readonly isOpenEnded: boolean },
): OutputDifference | undefined {
  const common = Math.min(recorded.length, found.length);
  let offset = 0;
  while (offset < common && recorded[offset] === found[offset]) offset += 1;
  const isSame = offset === common && recorded.length === found.length;
  if (isSame || (options.isOpenEnded && offset === common)) return undefined;
  let line = 1;
  for (let index = 0; index < offset; index++) if (recorded[index] === newline) line += 1;
  return {
    stream,
    offset,
    line,
    recorded: lineAt(recorded, offset),
    found: lineAt(found, offset),
  };
}

function lineAt(bytes: Uint8Array, at: number): string | undefined {
  if (at >= bytes.length) return undefined;
  const start = at === 0 ? 0 : bytes.lastIndexOf(newline, at - 1) + 1;
  const end = bytes.indexOf(newline, at);
  const from = Math.max(start, at - lineBytesMax);
  const to = Math.min(end < 0 ? bytes.length : end, at + lineBytesMax);
  return new TextDecoder().decode(bytes.subarray(from, to));
}
