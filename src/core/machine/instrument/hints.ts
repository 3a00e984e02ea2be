import type { Section } from "#core/machine/wasm";
import { malformed, WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { unlessMalformed } from "./unless-malformed.ts";

/** The custom section that tells a compiler which way branches usually go. */
export const hintSectionName = "metadata.code.branch_hint";

const unlikely = 0;
const likely = 1;

/** One branch: its offset in the function's body, and whether it is usually taken. */
export interface BranchHint {
  readonly offset: number;
  readonly isLikely: boolean;
}

/** Hints by function index, each function's in the order of their offsets. */
export type BranchHints = ReadonlyMap<number, readonly BranchHint[]>;

/** The guest's own hints; none if the section cannot be read, which V8 ignores then as well. */
export function readBranchHints(bytes: Uint8Array, section: Section | undefined): BranchHints {
  if (section === undefined) return new Map();
  const reader = new WasmReader(bytes, section.from, section.to);
  return unlessMalformed(() => readFunctions(reader)) ?? new Map();
}

function readFunctions(reader: WasmReader): BranchHints {
  const functions = new Map<number, readonly BranchHint[]>();
  for (let count = reader.count("functions with hints"); count > 0; count--) {
    const index = reader.u32("a function index");
    const hints: BranchHint[] = [];
    let lastOffset = -1;
    for (let hintCount = reader.count("hints"); hintCount > 0; hintCount--) {
      const offset = reader.u32("the offset of a hint");
      if (offset <= lastOffset) throw malformed("hints are out of order", reader.at);
      lastOffset = offset;
      if (reader.u32("the length of a hint") !== 1) throw malformed("a hint is long", reader.at);
      hints.push({ offset, isLikely: reader.u8("a hint") === likely });
    }
    functions.set(index, hints);
  }
  return functions;
}

/** Writes a section of branch hints: functions and offsets must come in order. */
export class HintWriter {
  readonly #functions = new WasmWriter(4096);
  readonly #hints = new WasmWriter();
  #functionCount = 0;
  #hintCount = 0;

  add(offset: number, isLikely: boolean): void {
    this.#hints.u32(offset);
    this.#hints.u32(1);
    this.#hints.u8(isLikely ? likely : unlikely);
    this.#hintCount += 1;
  }

  /** The hints added since the last call are those of the function with this index. */
  endFunction(index: number): void {
    if (this.#hintCount === 0) return;
    this.#functions.u32(index);
    this.#functions.u32(this.#hintCount);
    this.#functions.copy(this.#hints.peek());
    this.#functionCount += 1;
    this.#hints.clear();
    this.#hintCount = 0;
  }

  /** The payload of the custom section; undefined if there is nothing to say. */
  finish(): Uint8Array | undefined {
    if (this.#functionCount === 0) return undefined;
    const writer = new WasmWriter(this.#functions.lengthBytes + 64);
    writer.name(hintSectionName);
    writer.u32(this.#functionCount);
    writer.copy(this.#functions.peek());
    return writer.peek();
  }
}
