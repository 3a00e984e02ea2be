import { type Limits as LimitsOfProcess, PlatformError, formatBytes } from "#core/sys";
import { startExport } from "#core/machine/instrument";
import type { ImportDescription, MemoryDescription } from "#core/machine/wasm";
import { GuestMemory } from "./guest-memory.ts";
import type { Program } from "./program.ts";

const pageBytes = 65_536;

/** The names under which instrumented programs import what instrumentation needs. */
const ownModule = "noos";

export interface InstantiateOptions {
  /** The functions a program may import, by import module and name. */
  readonly modules: Readonly<Record<string, Readonly<Record<string, WebAssembly.ImportValue>>>>;
  readonly limits: LimitsOfProcess;
  readonly flag: WebAssembly.Memory;
  readonly pause: WebAssembly.ImportValue;
}

/** A program with memories of its own, ready to run. */
export class Instance {
  readonly memory: GuestMemory;
  /** What the program wants run before anything else. */
  readonly startFunctions: readonly (() => Promise<unknown>)[];
  readonly #exports: WebAssembly.Exports;
  readonly #memories: readonly WebAssembly.Memory[];

  constructor(exports: WebAssembly.Exports, memories: readonly WebAssembly.Memory[]) {
    this.#exports = exports;
    this.#memories = memories;
    // Contracts speak of the memory exported as "memory"; without the name, of the first one.
    const named = exports["memory"];
    const memory = named instanceof WebAssembly.Memory ? named : memories[0];
    this.memory = memory === undefined ? noMemory : new GuestMemory(memory);
    const start = exports[startExport];
    this.startFunctions = typeof start === "function" ? [suspendable(start)] : [];
  }

  /** Bytes of all memories together, now. */
  get memoryBytes(): number {
    let total = 0;
    for (const memory of this.#memories) total += memory.buffer.byteLength;
    return total;
  }

  /** All memories as they are now, in the order of their indices. Valid until the guest runs. */
  memoryViews(): readonly Uint8Array[] {
    return this.#memories.map((memory) => new Uint8Array(memory.buffer));
  }

  /** Runs an exported function that takes nothing; the promise settles when it returns or traps. */
  call(name: string): Promise<unknown> {
    return suspendable(this.#exports[name] as WebAssembly.ExportedFunction)();
  }
}

/** The memory of a program that has none: every address is outside. */
const noMemory: GuestMemory = new GuestMemory(new WebAssembly.Memory({ initial: 0, maximum: 0 }));

function suspendable(run: WebAssembly.ExportedFunction): () => Promise<unknown> {
  return WebAssembly.promising(run) as () => Promise<unknown>;
}

/**
 * Gives a program its memories, within its limit, and its imports. No instruction of it runs yet.
 * Throws `IMPORT_MISSING`, `MEMORY_OVER_LIMIT`; a segment that does not fit traps.
 */
export function instantiate(program: Program, options: InstantiateOptions): Instance {
  const memories = makeMemories(program, options.limits.memory);
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  const missing: ImportDescription[] = [];
  let memoryIndex = 0;
  for (const row of program.description.imports) {
    let value: WebAssembly.ImportValue | undefined;
    if (row.module === ownModule && row.name === "flag") value = options.flag;
    else if (row.module === ownModule && row.name === "yield") value = options.pause;
    else if (row.kind === "memory") value = memories[memoryIndex++];
    else value = options.modules[row.module]?.[row.name];
    if (value === undefined) missing.push(row);
    else (imports[row.module] ??= {})[row.name] = value;
  }
  if (missing.length > 0) throw importsMissing(program, missing);
  return new Instance(new WebAssembly.Instance(program.module, imports).exports, memories);
}

/** One memory per memory import but the flag, each bounded so that all together keep the limit. */
function makeMemories(program: Program, memoryBytesMax: number): WebAssembly.Memory[] {
  const wanted = guestMemories(program);
  const pagesMax = Math.floor(memoryBytesMax / pageBytes);
  const minimum = wanted.reduce((sum, memory) => sum + Number(memory.min), 0);
  if (minimum > pagesMax) throw overLimit(program, minimum * pageBytes, memoryBytesMax);
  const spare = wanted.length === 0 ? 0 : Math.floor((pagesMax - minimum) / wanted.length);
  return wanted.map((memory) => makeMemory(program, memory, Number(memory.min) + spare));
}

function guestMemories(program: Program): readonly MemoryDescription[] {
  const { imports, memories } = program.description;
  const rows = imports.filter((row) => row.kind === "memory");
  return memories.filter((_, index) => {
    const row = rows[index];
    return row === undefined || row.module !== ownModule || row.name !== "flag";
  });
}

function makeMemory(
  program: Program,
  wanted: MemoryDescription,
  pagesMax: number,
): WebAssembly.Memory {
  const maximum = Math.min(pagesMax, Number(wanted.max ?? Infinity), 65_536);
  try {
    return new WebAssembly.Memory({
      initial: Number(wanted.min),
      maximum,
      ...(wanted.shared ? { shared: true } : {}),
    });
  } catch (cause) {
    throw new PlatformError(
      `cannot start "${program.name}": no address space is left for its memory`,
      { code: "MEMORY_OVER_LIMIT", hint: "end some processes, or start another executor", cause },
    );
  }
}

function overLimit(program: Program, wantedBytes: number, allowedBytes: number): PlatformError {
  return new PlatformError(
    `cannot start "${program.name}": it needs ${formatBytes(wantedBytes)} of memory to begin ` +
      `with, memory allows ${formatBytes(allowedBytes)}`,
    { code: "MEMORY_OVER_LIMIT", hint: "allow more with --memory" },
  );
}

function importsMissing(program: Program, missing: readonly ImportDescription[]): PlatformError {
  const shown = missing.slice(0, 5).map((row) => `${row.module}.${row.name} (${row.kind})`);
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
  return new PlatformError(
    `cannot start "${program.name}": it imports ${shown.join(", ")}${more}, which nothing here provides`,
    { code: "IMPORT_MISSING", hint: "run `noos check` on it to see what it would need" },
  );
}
