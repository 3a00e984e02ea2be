import { malformed, type WasmReader } from "#core/machine/wasm/binary";
import type { Instructions } from "./instructions.ts";

/** Called with a function index and the range of bytes that writes it. */
export type VisitFunctionIndex = (index: number, from: number, to: number) => void;

/** Steps over the expression at the reader, up to and with its `end`. */
export function skipConstantExpression(
  reader: WasmReader,
  instructions: Instructions,
  visit?: VisitFunctionIndex,
): void {
  const start = reader.at;
  instructions.reset(start, reader.end);
  while (instructions.step()) {
    if (instructions.flow === "end") {
      reader.at = instructions.next;
      return;
    }
    if (instructions.flow !== "plain" && instructions.flow !== "bulk") {
      throw malformed("a constant expression moves control", instructions.at);
    }
    if (instructions.functionIndex >= 0) {
      visit?.(instructions.functionIndex, instructions.functionIndexAt, instructions.next);
    }
  }
  throw malformed("a constant expression has no end", start);
}
