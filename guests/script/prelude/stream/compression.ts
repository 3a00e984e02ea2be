import { Deflate, Gzip, Zlib } from "fflate";
import { TransformStream } from "web-streams-polyfill";
import { viewOf } from "./bytes.ts";
import { inflaters } from "./inflating.ts";

/** Something that takes pieces, and hands on others. */
interface Codec {
  ondata: (piece: Uint8Array<ArrayBuffer>, isLast: boolean) => void;
  push(piece: Uint8Array, isLast?: boolean): void;
}

const encoders: Readonly<Record<string, () => Codec>> = {
  gzip: () => new Gzip(),
  deflate: () => new Zlib(),
  "deflate-raw": () => new Deflate(),
};

class CodecStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;

  constructor(codecs: Readonly<Record<string, () => Codec>>, format: string) {
    const make = Object.hasOwn(codecs, format) ? codecs[format] : undefined;
    if (make === undefined) throw new TypeError(`there is no format "${format}"`);
    const codec = make();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => {
        codec.ondata = (piece) => {
          if (piece.length > 0) controller.enqueue(piece);
        };
      },
      transform: (piece) => {
        const bytes = viewOf(piece);
        coded(() => codec.push(bytes));
      },
      flush: () => coded(() => codec.push(new Uint8Array(), true)),
    });
    this.readable = readable as ReadableStream<Uint8Array>;
    this.writable = writable as WritableStream<Uint8Array>;
  }
}

function coded(push: () => void): void {
  try {
    push();
  } catch (cause) {
    throw new TypeError("the compressed bytes are broken", { cause });
  }
}

export class CompressionStream extends CodecStream {
  constructor(format: string) {
    super(encoders, format);
  }

  get [Symbol.toStringTag](): string {
    return "CompressionStream";
  }
}

export class DecompressionStream extends CodecStream {
  constructor(format: string) {
    super(inflaters, format);
  }

  get [Symbol.toStringTag](): string {
    return "DecompressionStream";
  }
}
