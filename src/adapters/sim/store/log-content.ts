import type { LogBounds, LogEntry, ReadMost } from "#pool/host";

/** What a simulated disk has of one log. */
export class LogContent {
  readonly #entries: LogEntry[] = [];
  #first = 1;
  #next = 1;

  get bounds(): LogBounds {
    return { first: this.#first, next: this.#next };
  }

  append(entries: readonly Uint8Array[]): void {
    for (const bytes of entries) {
      this.#entries.push({ position: this.#next, bytes: bytes.slice() });
      this.#next += 1;
    }
  }

  read(from: number, most: ReadMost): readonly LogEntry[] {
    const start = Math.max(0, from - this.#first);
    let bytesLeft = most.bytes;
    let count = 0;
    for (const { bytes } of this.#entries.slice(start, start + most.entries)) {
      bytesLeft -= bytes.length;
      if (bytesLeft < 0 && count > 0) break;
      count += 1;
    }
    return this.#entries.slice(start, start + count);
  }

  trim(before: number): void {
    const first = Math.max(this.#first, Math.min(before, this.#next));
    this.#entries.splice(0, first - this.#first);
    this.#first = first;
  }
}
