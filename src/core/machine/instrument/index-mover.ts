import {
  externKindCode,
  type Section,
  walkElementSection,
  walkGlobalSection,
  walkTableSection,
  writeLimits,
} from "#core/machine/wasm";
import { WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { Instructions } from "#core/machine/wasm/code";
import { moveFunctionNames } from "./names.ts";
import { Splice } from "./splice.ts";

/** Writes sections anew with every function index from `firstMoved` on one higher. */
export class IndexMover {
  readonly #bytes: Uint8Array;
  readonly #firstMoved: number;
  readonly #instructions: Instructions;

  constructor(bytes: Uint8Array, firstMoved: number) {
    this.#bytes = bytes;
    this.#firstMoved = firstMoved;
    this.#instructions = new Instructions(bytes);
  }

  move(index: number): number {
    return index < this.#firstMoved ? index : index + 1;
  }

  globals(section: Section): Uint8Array {
    return this.#rewrite(section, (reader, splice) => {
      walkGlobalSection(reader, this.#instructions, {
        functionIndex: (index, from, to) => splice.replaceU32(from, to, this.move(index)),
      });
    });
  }

  elements(section: Section): Uint8Array {
    return this.#rewrite(section, (reader, splice) => {
      walkElementSection(reader, this.#instructions, (index, from, to) =>
        splice.replaceU32(from, to, this.move(index)),
      );
    });
  }

  exports(section: Section): Uint8Array {
    return this.#rewrite(section, (reader, splice) => {
      for (let count = reader.count("exports"); count > 0; count--) {
        reader.skip(reader.u32("the length of a name"), "a name");
        const kind = reader.u8("a kind");
        const from = reader.at;
        const index = reader.u32("an index");
        if (kind !== externKindCode("function")) continue;
        splice.replaceU32(from, reader.at, this.move(index));
      }
    });
  }

  /** Undefined if the names cannot be read. */
  names(section: Section): Uint8Array | undefined {
    return moveFunctionNames(this.#bytes, section, this.#firstMoved);
  }

  /** As well gives each table the maximum of its place in `maxima`. */
  tables(section: Section, maxima: readonly number[]): Uint8Array {
    let place = 0;
    return this.#rewrite(section, (reader, splice, writer) => {
      walkTableSection(reader, this.#instructions, {
        table: ({ type, limitsFrom, limitsTo }) => {
          splice.replace(limitsFrom, limitsTo);
          writeLimits(writer, { ...type, max: maxima[place] });
          place += 1;
        },
        functionIndex: (index, from, to) => splice.replaceU32(from, to, this.move(index)),
      });
    });
  }

  #rewrite(
    section: Section,
    walk: (reader: WasmReader, splice: Splice, writer: WasmWriter) => void,
  ): Uint8Array {
    const writer = new WasmWriter(section.to - section.from + 64);
    const splice = new Splice(this.#bytes, section.from, writer);
    walk(new WasmReader(this.#bytes, section.from, section.to), splice, writer);
    splice.replace(section.to, section.to);
    return writer.peek();
  }
}
