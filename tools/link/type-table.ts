import { assert } from "#core/base";
import { WasmReader, WasmWriter, readValueType } from "#core/machine/wasm/binary";
import type { Part } from "./part.ts";

const functionForm = 0x60;

/** The types that the linked module needs, each once, in the order they were asked for. */
export class TypeTable {
  readonly #places = new Map<string, number>();
  readonly #known = new Map<Part, Map<number, number>>();
  readonly #entries: Uint8Array[] = [];

  /** The index, in the linked module, of a part's type. */
  indexOf(part: Part, index: number): number {
    let known = this.#known.get(part);
    if (known === undefined) this.#known.set(part, (known = new Map()));
    let place = known.get(index);
    if (place === undefined) known.set(index, (place = this.#placeOf(entryOf(part, index))));
    return place;
  }

  payload(): Uint8Array {
    const writer = new WasmWriter();
    writer.u32(this.#entries.length);
    for (const entry of this.#entries) writer.copy(entry);
    return writer.peek();
  }

  #placeOf(entry: Uint8Array): number {
    const key = entry.join(" ");
    const place = this.#places.get(key) ?? this.#entries.push(entry) - 1;
    this.#places.set(key, place);
    return place;
  }
}

function entryOf({ module }: Part, index: number): Uint8Array {
  const from = module.types.offsets[index] as number;
  const reader = new WasmReader(module.bytes, from);
  assert(reader.u8("a type") === functionForm, "only functions have types here");
  for (const what of ["parameters", "results"]) {
    for (let count = reader.count(what); count > 0; count--) readValueType(reader);
  }
  return module.bytes.slice(from, reader.at);
}
