import { assert } from "#core/base";
import { isSavedGlobal } from "./names.ts";

/** An instance of a module whose memories and saved globals are all its state. */
export interface Stateful {
  readonly exports: WebAssembly.Exports;
  /** In the order of their indices. */
  readonly memories: readonly WebAssembly.Memory[];
}

/** Bytes at an address. */
interface Run {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** What one memory has that is not in that of an instance that ran nothing. */
interface MemoryState {
  readonly pages: number;
  readonly runs: readonly Run[];
}

/** The state of an instance between two calls of it. */
export interface InstanceState {
  readonly memories: readonly MemoryState[];
  readonly globals: readonly (readonly [name: string, value: number | bigint])[];
  /** What holding it takes. */
  readonly heldBytes: number;
}

const wasmPageBytes = 65_536;

/** As large as the pages of most processors: what was written to stands close together. */
const pieceBytes = 4096;

/** What a run or a global takes beside its bytes, about. */
const rowBytes = 128;

/**
 * The state of `instance` as it differs from `fresh`, one of the same module that ran nothing.
 * Expects no frame of it on any stack.
 */
export function saveState(instance: Stateful, fresh: Stateful): InstanceState {
  const memories = instance.memories.map((memory, index) => {
    const before = fresh.memories[index];
    assert(before !== undefined, "instances of one module have as many memories");
    const runs = [...runsOf(new Uint8Array(memory.buffer), new Uint8Array(before.buffer))];
    return { pages: memory.buffer.byteLength / wasmPageBytes, runs };
  });
  const globals = Object.keys(instance.exports)
    .filter((name) => isSavedGlobal(name))
    .map((name) => [name, globalOf(instance, name).value as number | bigint] as const);
  const runs = memories.flatMap((memory) => memory.runs);
  const heldBytes = runs.reduce(
    (sum, { bytes }) => sum + bytes.length + rowBytes,
    (globals.length + 1) * rowBytes,
  );
  return { memories, globals, heldBytes };
}

/**
 * Gives `instance` the state that was saved. Expects one that ran nothing, of the same module, with
 * memories of as many pages as the saved ones.
 */
export function restoreState(instance: Stateful, state: InstanceState): void {
  for (const [index, { pages, runs }] of state.memories.entries()) {
    const { buffer } = instance.memories[index] as WebAssembly.Memory;
    assert(buffer.byteLength === pages * wasmPageBytes, "its memories are as large as the saved");
    const target = new Uint8Array(buffer);
    for (const { address, bytes } of runs) target.set(bytes, address);
  }
  for (const [name, value] of state.globals) globalOf(instance, name).value = value;
}

function globalOf({ exports }: Stateful, name: string): WebAssembly.Global {
  const found = exports[name];
  assert(found instanceof WebAssembly.Global, "a saved global is one");
  return found;
}

/** The stretches of `after` that are not as they were; `before` is shorter where it grew. */
function* runsOf(after: Uint8Array, before: Uint8Array): IterableIterator<Run> {
  const now = wordsOf(after);
  const then = wordsOf(before);
  let from = -1;
  for (let at = 0; at < after.length; at += pieceBytes) {
    if (isChanged(now, then, at / wordBytes)) {
      if (from < 0) from = at;
    } else if (from >= 0) {
      yield { address: from, bytes: after.slice(from, at) };
      from = -1;
    }
  }
  if (from >= 0) yield { address: from, bytes: after.slice(from) };
}

const wordBytes = 4;

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / wordBytes);
}

function isChanged(now: Int32Array, then: Int32Array, first: number): boolean {
  const end = first + pieceBytes / wordBytes;
  if (first >= then.length) {
    for (let at = first; at < end; at++) if (now[at] !== 0) return true;
    return false;
  }
  for (let at = first; at < end; at++) if (now[at] !== then[at]) return true;
  return false;
}
