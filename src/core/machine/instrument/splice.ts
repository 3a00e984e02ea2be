import type { WasmWriter } from "#core/machine/wasm/binary";

/** Copies bytes of a module into a writer, but for the ranges it is told, in order, to replace. */
export class Splice {
  readonly #source: Uint8Array;
  readonly #writer: WasmWriter;
  #at: number;

  constructor(source: Uint8Array, from: number, writer: WasmWriter) {
    this.#source = source;
    this.#writer = writer;
    this.#at = from;
  }

  /** Copies up to `from` and goes on at `to`: what the caller writes now stands for that range. */
  replace(from: number, to: number): void {
    this.#writer.copy(this.#source, this.#at, from);
    this.#at = to;
  }

  replaceU32(from: number, to: number, value: number): void {
    this.replace(from, to);
    this.#writer.u32(value);
  }
}
