import { ByteReader, Defect, MalformedBytes } from "#core/base";
import { readLayout } from "#core/machine/instrument";
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

/** What is needed to name a guest's functions as its author did. */
export interface GuestNames {
  readonly module: WebAssembly.Module;
}

/** Whether the native stack is used up: an end that no handler of the guest sees either. */
export function isStackOverflow(thrown: unknown): thrown is RangeError {
  return thrown instanceof RangeError && thrown.message.includes("call stack");
}

/** Reads what the engine threw; anything that no guest can cause is a defect and thrown on. */
export function describeTrap(thrown: unknown, names: GuestNames): Trap {
  if (thrown instanceof WebAssembly.RuntimeError) {
    return { what: thrown.message, stack: guestStack(thrown.stack, names) };
  }
  if (isStackOverflow(thrown)) {
    return { what: "call stack exhausted", stack: guestStack(thrown.stack, names) };
  }
  if (thrown instanceof WebAssembly.Exception) {
    const what = "uncaught exception of the program";
    return { what, stack: guestStack(thrown.stack, names) };
  }
  throw thrown;
}

const framePattern =
  /^\s*at (?:(.*) \()?(wasm:\/\/wasm\/.*):wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/;

/**
 * The guest's functions on a stack as V8 writes it, innermost first; host frames left out, and
 * those of modules of ours: what is outermost is the guest's.
 */
export function guestStack(text: string | undefined, names: GuestNames): GuestFrame[] {
  const layout = readLayout(names.module);
  const moduleName = moduleNameOf(names.module);
  const lines = (text ?? "").split("\n").map((line) => framePattern.exec(line));
  const matches = lines.filter((match) => match !== null);
  const script = matches.at(-1)?.[2];
  return matches
    .filter((match) => match[2] === script)
    .filter((match) => Number(match[3]) < layout.firstAdded)
    .map(([, written, , index, offset]) => {
      const functionIndex = Number(index) - layout.indexShift;
      const functionName = withoutModule(written, moduleName) ?? `$${functionIndex}`;
      return { functionName, functionIndex, offset: Number.parseInt(offset ?? "0", 16) };
    });
}

/** V8 writes `module.function`; of a function without a name only the module's, if it has one. */
function withoutModule(written: string | undefined, moduleName: string): string | undefined {
  if (moduleName === "" || written === undefined) return written;
  if (written === moduleName) return undefined;
  return written.startsWith(`${moduleName}.`) ? written.slice(moduleName.length + 1) : written;
}

/** The name a module has given itself; most have none. */
function moduleNameOf(module: WebAssembly.Module): string {
  const section = WebAssembly.Module.customSections(module, "name")[0];
  if (section === undefined) return "";
  const reader = new ByteReader(new Uint8Array(section));
  try {
    // It is subsection 0, which comes first when it is there.
    if (reader.u8() !== 0) return "";
    reader.unsigned();
    return reader.text();
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return "";
    throw thrown;
  }
}
