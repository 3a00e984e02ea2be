import { findSection, SectionId, type WasmModule } from "#core/machine/wasm";
import { unsupported, WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { type FunctionBody, readBodies } from "#core/machine/wasm/code";
import type { Check } from "./check.ts";
import { Edit, type EditList } from "./edits.ts";
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

/** The code of a module, with checks of the flag and with the indices of its functions moved up. */
export function rewriteCode(module: WasmModule, check: Check): RewrittenCode | undefined {
  const section = findSection(module.sections, SectionId.code);
  if (section === undefined) return undefined;
  const bodies = readBodies(new WasmReader(module.bytes, section.from, section.to));
  const importedFunctions = module.importedCounts.function;
  const leaves = findLeaves(module.bytes, bodies);
  const planner = new BodyPlanner(module.bytes, {
    importedFunctions,
    leaves,
    hasSharedMemory: module.memories.some((memory) => memory.shared),
  });
  const guestHints = readBranchHints(
    module.bytes,
    module.sections.find((each) => each.name === hintSectionName),
    module.functions.length,
  );
  const writer = new CodeWriter(module.bytes, check, {
    bodyCount: bodies.length,
    codeBytes: section.to - section.from,
  });
  for (const [place, body] of bodies.entries()) {
    const isLeaf = (leaves[place] as number) > 0;
    const index = importedFunctions + place;
    const edits = planner.plan(body, { isLeaf });
    writer.write({ index, body, edits, hints: guestHints.of(index, body.to - body.from) });
  }
  return writer.finish();
}

/** Writes function bodies with their edits applied, and says anew where hinted branches stand. */
class CodeWriter {
  readonly #bytes: Uint8Array;
  readonly #check: Check;
  readonly #code: WasmWriter;
  readonly #body = new WasmWriter(4096);
  readonly #hintWriter = new HintWriter();

  constructor(
    bytes: Uint8Array,
    check: Check,
    guest: { readonly bodyCount: number; readonly codeBytes: number },
  ) {
    this.#bytes = bytes;
    this.#check = check;
    // Real programs grow by a twentieth; one that outgrows this room costs a copy.
    this.#code = new WasmWriter(Math.ceil(guest.codeBytes * 1.25));
    this.#code.u32(guest.bodyCount);
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
      if (value === Edit.check) this.#writeCheck();
      else target.u32(value);
    }
    copyUpTo(body.to);
    this.#endBody(change.index, body.from);
  }

  finish(): RewrittenCode {
    return {
      payload: this.#code.peek(),
      hints: this.#hintWriter.finish(),
    };
  }

  #writeCheck(): void {
    this.#hintWriter.add(this.#body.lengthBytes + this.#check.branchOffset, false);
    this.#body.copy(this.#check.bytes);
  }

  #endBody(index: number, from: number): void {
    const { lengthBytes } = this.#body;
    if (lengthBytes > bodyBytesMax) {
      const what = `function ${index} takes ${lengthBytes} bytes with its checks`;
      throw unsupported(`${what}, ${bodyBytesMax} at most`, from);
    }
    this.#code.u32(lengthBytes);
    this.#code.copy(this.#body.peek());
    this.#hintWriter.endFunction(index + 1);
  }
}
