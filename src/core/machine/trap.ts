import { Defect } from "#core/base";
import type { GuestFrame } from "#core/sys";

// (module (func (export "t") unreachable))
const trapModule = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x74, 0, 0, 0x0a, 5,
  1, 3, 0, 0, 0x0b,
]);

/**
 * Ends a guest from inside one of its calls, or as the rejection of a suspended one. It is a
 * genuine trap object: an engine lets no handler of the guest catch it, neither `catch_all` nor
 * an exception reference, so a program that is ended runs no further instruction.
 */
export const endOfGuest: Error = genuineTrap();

function genuineTrap(): Error {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(trapModule), {});
  try {
    (exports["t"] as () => void)();
  } catch (trap) {
    if (trap instanceof WebAssembly.RuntimeError) return trap;
  }
  throw new Defect("an unreachable instruction traps");
}

/** What a guest's own mistake was, and where. */
export interface Trap {
  readonly what: string;
  readonly stack: readonly GuestFrame[];
}

/** Reads what the engine threw; anything that no guest can cause is a defect and thrown on. */
export function describeTrap(thrown: unknown): Trap {
  if (thrown instanceof WebAssembly.RuntimeError) {
    return { what: thrown.message, stack: guestStack(thrown.stack) };
  }
  if (thrown instanceof RangeError && thrown.message.includes("call stack")) {
    return { what: "call stack exhausted", stack: guestStack(thrown.stack) };
  }
  if (thrown instanceof WebAssembly.Exception) {
    return { what: "uncaught exception of the program", stack: guestStack(thrown.stack) };
  }
  throw thrown;
}

const framePattern =
  /^\s*at (?:(.*) \()?wasm:\/\/wasm\/.*:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/;

/** The guest's functions on a stack as V8 writes it, innermost first; host frames left out. */
export function guestStack(text: string | undefined): GuestFrame[] {
  const frames: GuestFrame[] = [];
  for (const line of (text ?? "").split("\n")) {
    const match = framePattern.exec(line);
    if (match === null) continue;
    const functionIndex = Number(match[2]);
    frames.push({
      functionName: match[1] ?? `$${functionIndex}`,
      functionIndex,
      offset: Number.parseInt(match[3] ?? "0", 16),
    });
  }
  return frames;
}
