import { type Flow, type FunctionBody, Instructions } from "#core/machine/wasm/code";

/** Larger bodies are never leaves: a check at their entry costs nothing beside what they do. */
const leafBytesMax = 128;

/** What makes a function more than a few instructions in a row. */
const flowsOfNoLeaf: ReadonlySet<Flow> = new Set<Flow>([
  "loop",
  "call",
  "call-any",
  "tail-call",
  "allocate-many",
  "range",
  "bulk",
  "wait",
]);

/**
 * How many instructions a call of each defined function runs at most without a check, by its
 * place among them: 0 for those that check at their entry, which are all but the leaves. A leaf is
 * small, calls nothing and has no loop, so it can take part neither in a recursion nor in a spin.
 */
export function findLeaves(bytes: Uint8Array, bodies: readonly FunctionBody[]): Uint8Array {
  const instructions = new Instructions(bytes);
  return Uint8Array.from(bodies, ({ code, to }) =>
    to - code > leafBytesMax ? 0 : countLeafInstructions(instructions, code, to),
  );
}

function countLeafInstructions(instructions: Instructions, from: number, to: number): number {
  let count = 0;
  instructions.reset(from, to);
  while (instructions.step()) {
    if (flowsOfNoLeaf.has(instructions.flow)) return 0;
    count += 1;
  }
  return count;
}
