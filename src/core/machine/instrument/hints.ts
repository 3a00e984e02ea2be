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

/**
 * The guest's own hints, each function's in the order of their offsets. Nobody has validated them
 * and there may be millions, so they are read again where they are asked for, not kept.
 */
export class BranchHints {
  readonly #bytes: Uint8Array;
  /** By function index, where its hints stand. */
  readonly #offsets: ReadonlyMap<number, number>;

  constructor(bytes: Uint8Array, offsets: ReadonlyMap<number, number>) {
    this.#bytes = bytes;
    this.#offsets = offsets;
  }

  /** The hints of one function, as far as they lie within its body of so many bytes. */
  of(index: number, bodyBytes: number): readonly BranchHint[] {
    const at = this.#offsets.get(index);
    const hints: BranchHint[] = [];
    if (at === undefined) return hints;
    for (const hint of readHints(new WasmReader(this.#bytes, at))) {
      if (hint.offset >= bodyBytes) break;
      hints.push(hint);
    }
    return hints;
  }
}

/** None if the section cannot be read, which V8 ignores then as well. */
export function readBranchHints(
  bytes: Uint8Array,
  section: Section | undefined,
  functionCount: number,
): BranchHints {
  const offsets = section && unlessMalformed(() => findFunctions(bytes, section, functionCount));
  return new BranchHints(bytes, offsets ?? new Map());
}

function findFunctions(
  bytes: Uint8Array,
  section: Section,
  functionCount: number,
): ReadonlyMap<number, number> {
  const reader = new WasmReader(bytes, section.from, section.to);
  const offsets = new Map<number, number>();
  for (let left = reader.count("functions with hints"); left > 0; left--) {
    const index = reader.u32("a function index");
    if (index >= functionCount) throw malformed(`there is no function ${index}`, reader.at);
    offsets.set(index, reader.at);
    for (const _hint of readHints(reader)) continue;
  }
  return offsets;
}

function* readHints(reader: WasmReader): IterableIterator<BranchHint> {
  let lastOffset = -1;
  for (let left = reader.count("hints"); left > 0; left--) {
    const offset = reader.u32("the offset of a hint");
    if (offset <= lastOffset) throw malformed("hints are out of order", reader.at);
    lastOffset = offset;
    if (reader.u32("the length of a hint") !== 1) throw malformed("a hint is long", reader.at);
    yield { offset, isLikely: reader.u8("a hint") === likely };
  }
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
