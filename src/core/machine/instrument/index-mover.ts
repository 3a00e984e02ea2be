import {
  externKindCode,
  type Section,
  walkElementSection,
  walkGlobalSection,
  walkTableSection,
  writeLimits,
} from "#core/machine/wasm";
import { WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { type ConstantVisitor, Instructions } from "#core/machine/wasm/code";
import { type IndexShift, moveFunctionNames } from "./names.ts";
import { Splice } from "./splice.ts";

/**
 * Writes sections anew with the indices of functions moved up. On the way it comes past all
 * constant expressions, and tells of the objects they make.
 */
export class IndexMover {
  readonly #bytes: Uint8Array;
  readonly #shift: IndexShift;
  readonly #allocation: (instructions: Instructions) => void;
  readonly #instructions: Instructions;

  constructor(
    bytes: Uint8Array,
    shift: IndexShift,
    allocation: (instructions: Instructions) => void,
  ) {
    this.#bytes = bytes;
    this.#shift = shift;
    this.#allocation = allocation;
    this.#instructions = new Instructions(bytes);
  }

  move(index: number): number {
    return index < this.#shift.firstMoved ? index : index + this.#shift.by;
  }

  globals(section: Section): Uint8Array {
    return this.#rewrite(section, (reader, splice) => {
      walkGlobalSection(reader, this.#instructions, this.#visitor(splice));
    });
  }

  elements(section: Section): Uint8Array {
    return this.#rewrite(section, (reader, splice) => {
      walkElementSection(reader, this.#instructions, this.#visitor(splice));
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
    return moveFunctionNames(this.#bytes, section, this.#shift);
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
        ...this.#visitor(splice),
      });
    });
  }

  #visitor(splice: Splice): ConstantVisitor {
    return {
      functionIndex: (index, from, to) => splice.replaceU32(from, to, this.move(index)),
      allocation: this.#allocation,
    };
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
