import { printable } from "#core/base";
import { type Limits as LimitsOfProcess, PlatformError, formatBytes } from "#core/sys";
import { kernelImports, startExport } from "#core/machine/instrument";
import { type InstanceState, restoreState, saveState, type Stateful } from "#core/machine/state";
import type { ImportDescription, MemoryDescription } from "#core/machine/wasm";
import { GuestMemory } from "./guest-memory.ts";
import type { MemoryPool, MemorySize, PooledMemory } from "./memory-pool.ts";
import type { Program } from "./program.ts";

const pageBytes = 65_536;

/** A function that programs may import, and the one type they may import it with. */
export interface Provided {
  /** As a description of an import writes it: `(i32, i64) -> i32`. */
  readonly type: string;
  readonly value: WebAssembly.ImportValue;
}

export interface InstantiateOptions {
  /** The functions a program may import, by import module and name. */
  readonly modules: ReadonlyMap<string, ReadonlyMap<string, Provided>>;
  readonly limits: LimitsOfProcess;
  readonly flag: WebAssembly.Memory;
  readonly pause: WebAssembly.ImportValue;
  /** What a program asks before it makes more objects: see `kernelImports`. */
  readonly allocate: WebAssembly.ImportValue;
  readonly pool: MemoryPool;
  /** To begin with, in place of what the module says: of an instance of it with the same limits. */
  readonly state?: InstanceState | undefined;
}

/** Runs a function of the guest; the promise settles when it returns or traps. */
export type Entry = (...parameters: number[]) => Promise<unknown>;

/** A program with memories of its own, ready to run. */
export class Instance {
  readonly memory: GuestMemory;
  /** What the program wants run before anything else. */
  readonly startFunctions: readonly Entry[];
  readonly #exports: WebAssembly.Exports;
  readonly #memories: readonly InstanceMemory[];
  readonly #pool: MemoryPool;

  constructor(exports: WebAssembly.Exports, memories: readonly InstanceMemory[], pool: MemoryPool) {
    this.#exports = exports;
    this.#memories = memories;
    this.#pool = pool;
    // Contracts speak of the memory exported as "memory"; without the name, of the first one.
    const named = exports["memory"];
    const memory = named instanceof WebAssembly.Memory ? named : memories[0]?.memory;
    this.memory = memory === undefined ? noMemory : new GuestMemory(memory);
    const start = exports[startExport];
    this.startFunctions = typeof start === "function" ? [suspendable(start)] : none;
  }

  /** Bytes of all memories together, now. */
  get memoryBytes(): number {
    let total = 0;
    for (const { memory } of this.#memories) total += memory.buffer.byteLength;
    return total;
  }

  /** All memories as they are now, in the order of their indices. Valid until the guest runs. */
  memoryViews(): readonly Uint8Array[] {
    return this.#memories.map(({ memory }) => new Uint8Array(memory.buffer));
  }

  /**
   * What of it is not as in `fresh`, an instance that ran nothing. Expects a restorable program,
   * and no frame of it on any stack.
   */
  save(fresh: Instance): InstanceState {
    return saveState(this.#stateful(), fresh.#stateful());
  }

  #stateful(): Stateful {
    return { exports: this.#exports, memories: this.#memories.map(({ memory }) => memory) };
  }

  /** The instance is not used any more: its memories may serve another. Call it once. */
  release(): void {
    for (const each of this.#memories) if ("initial" in each) this.#pool.give(each);
  }

  /** An exported function, to be called from outside of any guest. Expects that there is one. */
  entry(name: string): Entry {
    return suspendable(this.#exports[name] as WebAssembly.ExportedFunction);
  }
}

/** A memory of an instance: of the pool, unless it is of a kind that nobody may have later. */
type InstanceMemory = PooledMemory | { readonly memory: WebAssembly.Memory };

const none: readonly never[] = [];

/** The memory of a program that has none: every address is outside. */
const noMemory: GuestMemory = new GuestMemory(new WebAssembly.Memory({ initial: 0, maximum: 0 }));

function suspendable(run: WebAssembly.ExportedFunction): Entry {
  return WebAssembly.promising(run) as Entry;
}

/**
 * Gives a program its memories, within its limit, and its imports. No instruction of it runs yet.
 * Throws `IMPORT_MISSING`, `MEMORY_OVER_LIMIT`; a segment that does not fit traps.
 */
export function instantiate(program: Program, options: InstantiateOptions): Instance {
  const memories = makeMemories(program, options);
  const exports = link(program, importsOf(program, options, memories));
  if (options.state !== undefined) {
    restoreState({ exports, memories: memories.map(({ memory }) => memory) }, options.state);
  }
  return new Instance(exports, memories, options.pool);
}

/**
 * What the program imports. It chose the names, so nothing here may have a prototype: neither can
 * it find there what nobody provided, nor can it write to one.
 */
function importsOf(
  program: Program,
  options: InstantiateOptions,
  memories: readonly InstanceMemory[],
): WebAssembly.Imports {
  const imports = bare<Record<string, WebAssembly.ImportValue>>();
  const missing: ImportDescription[] = [];
  let memoryIndex = 0;
  for (const row of program.description.imports) {
    let value: WebAssembly.ImportValue | undefined;
    if (row.module === kernelImports.module) value = ownImport(row, options);
    if (value === undefined && row.kind === "memory") value = memories[memoryIndex++]?.memory;
    value ??= provided(row, options)?.value;
    if (value === undefined) missing.push(row);
    else (imports[row.module] ??= bare())[row.name] = value;
  }
  if (missing.length > 0) throw importsMissing(program, missing, options);
  return imports;
}

function bare<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

/**
 * Sees that nothing a program imports is missing, without an instance of it. Throws
 * `IMPORT_MISSING`.
 */
export function checkImports(program: Program, from: Pick<InstantiateOptions, "modules">): void {
  const missing = program.description.imports.filter(
    (row) =>
      row.kind !== "memory" &&
      row.module !== kernelImports.module &&
      provided(row, from) === undefined,
  );
  if (missing.length > 0) throw importsMissing(program, missing, from);
}

/** What instrumentation made the program import, but for memories. */
function ownImport(
  row: ImportDescription,
  options: InstantiateOptions,
): WebAssembly.ImportValue | undefined {
  switch (row.name) {
    case kernelImports.flag:
      return options.flag;
    case kernelImports.yield:
      return options.pause;
    case kernelImports.allocate:
      return options.allocate;
    default:
      return undefined;
  }
}

function provided(
  row: ImportDescription,
  { modules }: Pick<InstantiateOptions, "modules">,
): Provided | undefined {
  const found = modules.get(row.module)?.get(row.name);
  return row.kind === "function" && found?.type === row.type ? found : undefined;
}

/** The start function is called later, so what fails here is not the program's running. */
function link(program: Program, imports: WebAssembly.Imports): WebAssembly.Exports {
  try {
    return new WebAssembly.Instance(program.module, imports).exports;
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError) throw cause;
    const why = (cause as Error).message.replace(/^WebAssembly\.Instance\(\): /, "");
    throw new PlatformError(`cannot start "${program.name}": ${why}`, {
      code: cause instanceof WebAssembly.LinkError ? "IMPORT_MISSING" : "MEMORY_OVER_LIMIT",
      hint: "run `noos check` on it to see what it would need",
      cause,
    });
  }
}

/** One memory per memory import but the flag, each bounded so that all together keep the limit. */
function makeMemories(program: Program, options: InstantiateOptions): InstanceMemory[] {
  const memoryBytesMax = options.limits.memory;
  const wanted = guestMemories(program);
  const pagesMax = Math.floor(memoryBytesMax / pageBytes);
  const minimum = wanted.reduce((sum, memory) => sum + Number(memory.min), 0);
  if (minimum > pagesMax) throw overLimit(program, minimum * pageBytes, memoryBytesMax);
  const spare = wanted.length === 0 ? 0 : Math.floor((pagesMax - minimum) / wanted.length);
  return wanted.map((memory, index) => {
    const initial = Number(memory.min);
    const addressable = memory.address64 ? Infinity : 65_536;
    const maximum = Math.min(initial + spare, Number(memory.max ?? Infinity), addressable);
    const size = { initial: options.state?.memories[index]?.pages ?? initial, maximum };
    if (memory.shared || memory.address64) {
      return { memory: makeMemory(program, descriptorOf(memory, size)) };
    }
    return options.pool.take(size, () => makeMemory(program, size));
  });
}

function descriptorOf(
  memory: MemoryDescription,
  { initial, maximum }: MemorySize,
): WebAssembly.MemoryDescriptor {
  const { shared } = memory;
  if (!memory.address64) return { initial, maximum, shared };
  return { initial: BigInt(initial), maximum: BigInt(maximum), shared, address: "i64" };
}

function guestMemories(program: Program): readonly MemoryDescription[] {
  const { imports, memories } = program.description;
  const rows = imports.filter((row) => row.kind === "memory");
  return memories.filter((_, index) => {
    const row = rows[index];
    return (
      row === undefined || row.module !== kernelImports.module || row.name !== kernelImports.flag
    );
  });
}

function makeMemory(
  program: Program,
  descriptor: WebAssembly.MemoryDescriptor,
): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(descriptor);
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

function importsMissing(
  program: Program,
  missing: readonly ImportDescription[],
  { modules }: Pick<InstantiateOptions, "modules">,
): PlatformError {
  const shown = missing.slice(0, 5).map((row) => {
    const isOtherType = modules.get(row.module)?.has(row.name) ?? false;
    return printable(`${row.module}.${row.name} (${isOtherType ? row.type : row.kind})`);
  });
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
  const what = `it imports ${shown.join(", ")}${more}`;
  return new PlatformError(`cannot start "${program.name}": ${what}, which nothing here provides`, {
    code: "IMPORT_MISSING",
    hint: "run `noos check` on it to see what it would need",
  });
}
