import { malformed, type WasmReader } from "#core/machine/wasm/binary";
import type { Instructions } from "./instructions.ts";

/** What whoever walks constant expressions may want to be told of, in order. */
export interface ConstantVisitor {
  /** A function index, and the range of bytes that writes it. */
  readonly functionIndex?: VisitFunctionIndex;
  /** The instruction the walk stands at makes an object. */
  readonly allocation?: (instructions: Instructions) => void;
}

/** Called with a function index and the range of bytes that writes it. */
export type VisitFunctionIndex = (index: number, from: number, to: number) => void;

/** Steps over the expression at the reader, up to and with its `end`. */
export function skipConstantExpression(
  reader: WasmReader,
  instructions: Instructions,
  visit?: ConstantVisitor,
): void {
  const start = reader.at;
  instructions.reset(start, reader.end);
  while (instructions.step()) {
    if (instructions.flow === "end") {
      reader.at = instructions.next;
      return;
    }
    if (instructions.flow === "allocate" || instructions.flow === "allocate-many") {
      visit?.allocation?.(instructions);
    } else if (instructions.flow !== "plain") {
      throw malformed("a constant expression moves control", instructions.at);
    }
    if (instructions.functionIndex >= 0) {
      const { functionIndex, functionIndexAt, next } = instructions;
      visit?.functionIndex?.(functionIndex, functionIndexAt, next);
    }
  }
  throw malformed("a constant expression has no end", start);
}
