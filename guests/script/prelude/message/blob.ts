import { concatenate, ReadableStream, viewOf } from "#prelude/stream";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type BlobPart = string | Blob | ArrayBuffer | ArrayBufferView;

/** The bytes of a blob, which are not to be changed. */
export let bytesOf: (blob: Blob) => Uint8Array<ArrayBuffer>;

export class Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #type: string;

  static {
    bytesOf = (blob) => blob.#bytes;
  }

  constructor(parts: Iterable<BlobPart> = [], options: { readonly type?: string } = {}) {
    this.#bytes = concatenate([...parts].map(partBytes));
    const type = String(options.type ?? "").toLowerCase();
    this.#type = /^[\x20-\x7e]*$/.test(type) ? type : "";
  }

  get size(): number {
    return this.#bytes.length;
  }
  get type(): string {
    return this.#type;
  }

  slice(from?: number, to?: number, type = ""): Blob {
    return new Blob([this.#bytes.slice(from, to)], { type });
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer;
  }
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes.slice();
  }
  async text(): Promise<string> {
    return decoder.decode(this.#bytes);
  }
  stream(): ReadableStream<Uint8Array> {
    const bytes = this.#bytes;
    return new ReadableStream({
      start: (controller) => {
        if (bytes.length > 0) controller.enqueue(bytes.slice());
        controller.close();
      },
    });
  }
  get [Symbol.toStringTag](): string {
    return "Blob";
  }
}

export class File extends Blob {
  readonly #name: string;
  readonly #lastModified: number;

  constructor(
    parts: Iterable<BlobPart>,
    name: string,
    options: { readonly type?: string; readonly lastModified?: number } = {},
  ) {
    super(parts, options);
    this.#name = String(name);
    this.#lastModified = options.lastModified ?? Date.now();
  }

  get name(): string {
    return this.#name;
  }
  get lastModified(): number {
    return this.#lastModified;
  }
  override get [Symbol.toStringTag](): string {
    return "File";
  }
}

function partBytes(part: BlobPart): Uint8Array {
  if (part instanceof Blob) return bytesOf(part);
  if (part instanceof ArrayBuffer || ArrayBuffer.isView(part)) return viewOf(part);
  return encoder.encode(String(part));
}
