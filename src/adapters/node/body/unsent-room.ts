/** What may wait to be sent of one body before a writer waits, beyond the system's own buffer. */
export const unsentBytesMax: number = 64 * 1024;

/** The same of all bodies of one connection, and what each of them may have in any case. */
const sharedBytesMax = 256 * 1024;
const leastBytes = 1024;

/** What bodies that go over one connection at a time share. */
export class UnsentRoom {
  #count = 0;

  /** One more; answers what makes it one less. */
  enter(): () => void {
    this.#count += 1;
    return () => (this.#count -= 1);
  }

  /** What may wait of each of them. */
  get bytesMax(): number {
    const share = Math.floor(sharedBytesMax / Math.max(1, this.#count));
    return Math.max(leastBytes, Math.min(share, unsentBytesMax));
  }
}
