const pageBytes = 65_536;

/** Larger memories take longer to clear than to make. */
const pagesMax = 64;
const memoriesMax = 64;
const heldPagesMax = 512;

/**
 * Memories of ended processes, cleared, for the next ones of the same size. Making a memory asks
 * the operating system for gigabytes of address space, and then for each page that is touched: of
 * what starting a process costs that is two thirds, for a small one and for one of megabytes.
 */
export class MemoryPool {
  /** By size, the one that was not used for longest first. */
  readonly #free = new Map<string, PooledMemory[]>();
  #count = 0;
  #heldPages = 0;

  /** A memory of exactly these pages, all zero: a used one, or a new one from `make`. */
  take(size: MemorySize, make: () => WebAssembly.Memory): PooledMemory {
    const free = this.#free.get(keyOf(size))?.pop();
    if (free === undefined) return { memory: make(), ...size };
    this.#count -= 1;
    this.#heldPages -= size.initial;
    return free;
  }

  /** Clears `used` and keeps it, if it is small and did not grow. Nobody may hold it any more. */
  give(used: PooledMemory): void {
    const { memory, initial } = used;
    if (initial === 0 || initial > pagesMax) return;
    if (memory.buffer.byteLength !== initial * pageBytes) return;
    new Uint8Array(memory.buffer).fill(0);
    const key = keyOf(used);
    const alike = this.#free.get(key) ?? [];
    alike.push(used);
    this.#free.delete(key);
    this.#free.set(key, alike);
    this.#count += 1;
    this.#heldPages += initial;
    this.#shrink();
  }

  #shrink(): void {
    for (const [key, alike] of this.#free) {
      while (this.#count > memoriesMax || this.#heldPages > heldPagesMax) {
        const dropped = alike.pop();
        if (dropped === undefined) break;
        this.#count -= 1;
        this.#heldPages -= dropped.initial;
      }
      if (alike.length > 0) return;
      this.#free.delete(key);
    }
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
