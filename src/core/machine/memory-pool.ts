const pageBytes = 65_536;

/** Larger memories take longer to clear than to make. */
const pagesMax = 32;
const memoriesMax = 64;

/**
 * Memories of ended processes, cleared, for the next ones of the same size. Making a memory asks
 * the operating system for gigabytes of address space and gives them back when it is collected:
 * two thirds of what starting a small process costs.
 */
export class MemoryPool {
  readonly #free = new Map<string, PooledMemory[]>();
  #count = 0;

  /** A memory of exactly these pages, all zero: a used one, or a new one from `make`. */
  take(size: MemorySize, make: () => WebAssembly.Memory): PooledMemory {
    const free = this.#free.get(keyOf(size))?.pop();
    if (free === undefined) return { memory: make(), ...size };
    this.#count -= 1;
    return free;
  }

  /** Clears `used` and keeps it, if it is small and did not grow. Nobody may hold it any more. */
  give(used: PooledMemory): void {
    const { memory, initial } = used;
    if (this.#count >= memoriesMax || initial === 0 || initial > pagesMax) return;
    if (memory.buffer.byteLength !== initial * pageBytes) return;
    new Uint8Array(memory.buffer).fill(0);
    this.#free.getOrInsertComputed(keyOf(used), () => []).push(used);
    this.#count += 1;
  }
}

/** Pages a memory begins with and may grow to. */
export interface MemorySize {
  readonly initial: number;
  readonly maximum: number;
}

/** A memory of that size, for one process after another. */
export interface PooledMemory extends MemorySize {
  readonly memory: WebAssembly.Memory;
}

function keyOf({ initial, maximum }: MemorySize): string {
  return `${initial} ${maximum}`;
}
