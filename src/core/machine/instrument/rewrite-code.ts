import type { AddedCode, Check } from "#core/machine/instrument/added";
import { findSection, SectionId, type WasmModule } from "#core/machine/wasm";
import { unsupported, WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { type FunctionBody, readBodies } from "#core/machine/wasm/code";
import { Edit, type EditList, snippetOf } from "./edits.ts";
import { type BranchHint, hintSectionName, HintWriter, readBranchHints } from "./hints.ts";
import { findLeaves } from "./leaves.ts";
import { BodyPlanner } from "./plan.ts";

/** V8 compiles no function whose body is longer. */
const bodyBytesMax = 7_654_321;

export interface RewrittenCode {
  /** The payload of the code section. */
  readonly payload: Uint8Array;
  /** The payload of the section of branch hints, if there are any. */
  readonly hints: Uint8Array | undefined;
}

/** What is written into the code of a module. */
export interface Rewriting {
  readonly check: Check;
  readonly indexShift: number;
  readonly added: AddedCode;
}

/**
 * The code of a module, with checks of the flag, with the indices of its functions moved up, and
 * with the added functions behind its own.
 */
export function rewriteCode(module: WasmModule, rewriting: Rewriting): RewrittenCode | undefined {
  const section = findSection(module.sections, SectionId.code);
  if (section === undefined) return undefined;
  const bodies = readBodies(new WasmReader(module.bytes, section.from, section.to));
  const importedFunctions = module.importedCounts.function;
  const leaves = findLeaves(module.bytes, bodies);
  const planner = new BodyPlanner(module.bytes, {
    importedFunctions,
    leaves,
    hasSharedMemory: module.memories.some((memory) => memory.shared),
    indexShift: rewriting.indexShift,
    added: rewriting.added,
  });
  const guestHints = readBranchHints(
    module.bytes,
    module.sections.find((each) => each.name === hintSectionName),
    module.functions.length,
  );
  const writer = new CodeWriter(module.bytes, rewriting, section.to - section.from);
  for (const [place, body] of bodies.entries()) {
    const isLeaf = (leaves[place] as number) > 0;
    const index = importedFunctions + place;
    const edits = planner.plan(body, { isLeaf });
    writer.write({ index, body, edits, hints: guestHints.of(index, body.to - body.from) });
  }
  return writer.finish(bodies.length);
}

/** Writes function bodies with their edits applied, and says anew where hinted branches stand. */
class CodeWriter {
  readonly #bytes: Uint8Array;
  readonly #rewriting: Rewriting;
  readonly #code: WasmWriter;
  readonly #body = new WasmWriter(4096);
  readonly #hintWriter = new HintWriter();

  constructor(bytes: Uint8Array, rewriting: Rewriting, codeBytes: number) {
    this.#bytes = bytes;
    this.#rewriting = rewriting;
    // Real programs grow by a twentieth; one that outgrows this room costs a copy.
    this.#code = new WasmWriter(Math.ceil(codeBytes * 1.25));
  }

  write(change: {
    readonly index: number;
    readonly body: FunctionBody;
    readonly edits: EditList;
    readonly hints: readonly BranchHint[];
  }): void {
    const { body, edits, hints } = change;
    const target = this.#body;
    target.clear();
    let at = body.from;
    let hinted = 0;
    const copyUpTo = (to: number): void => {
      for (let hint = hints[hinted]; hint !== undefined; hint = hints[++hinted]) {
        if (body.from + hint.offset >= to) break;
        const moved = target.lengthBytes + body.from + hint.offset - at;
        this.#hintWriter.add(moved, hint.isLikely);
      }
      target.copy(this.#bytes, at, to);
    };
    for (let row = 0; row < edits.count; row++) {
      const value = edits.value(row);
      if (value === Edit.nothing) continue;
      copyUpTo(edits.from(row));
      at = edits.to(row);
      this.#writeEdit(value);
    }
    copyUpTo(body.to);
    this.#endBody(change.index, body.from);
  }

  finish(bodyCount: number): RewrittenCode {
    const { functions } = this.#rewriting.added;
    const writer = new WasmWriter(this.#code.lengthBytes + 4096);
    writer.u32(bodyCount + functions.length);
    writer.copy(this.#code.peek());
    for (const { body } of functions) {
      writer.u32(body.length);
      writer.copy(Uint8Array.from(body));
    }
    return { payload: writer.peek(), hints: this.#hintWriter.finish() };
  }

  #writeEdit(value: number): void {
    const target = this.#body;
    const { check, added } = this.#rewriting;
    const snippet = snippetOf(value);
    if (value >= 0) {
      target.u32(value);
    } else if (snippet >= 0) {
      target.copy(added.snippets[snippet] as Uint8Array);
    } else {
      this.#hintWriter.add(target.lengthBytes + check.branchOffset, false);
      target.copy(check.bytes);
    }
  }

  #endBody(index: number, from: number): void {
    const { lengthBytes } = this.#body;
    if (lengthBytes > bodyBytesMax) {
      const what = `function ${index} takes ${lengthBytes} bytes with its checks`;
      throw unsupported(`${what}, ${bodyBytesMax} at most`, from);
    }
    this.#code.u32(lengthBytes);
    this.#code.copy(this.#body.peek());
    this.#hintWriter.endFunction(index + this.#rewriting.indexShift);
  }
}
