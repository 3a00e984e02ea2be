import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import { errno, type Errno } from "#core/sys";
import type { Quota } from "#core/vfs";

const pageBytes = 64 * 1024;
const smallestPageBytes = 64;
// What V8 takes for a page beside its bytes, measured and rounded.
const pageOverheadBytes = 256;

/**
 * The bytes of a file in pages of 64 KiB. A page that was never written takes no memory, and the
 * page of a small file is only as large as it needs to be. What lies behind the end is zero.
 *
 *     size ───────────────────────────────────►│
 *     [page 0: 64 KiB] [hole] [hole] [page 3: 4 KiB of zeros behind the end]
 */
export class FileContent {
  readonly #quota: Quota;
  #pages: (Uint8Array | undefined)[] = [];
  #sizeBytes = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Copies what there is from `position` on; answers how many bytes. */
  read(target: Uint8Array, position: number): number {
    if (position >= this.#sizeBytes) return 0;
    const count = Math.min(target.length, this.#sizeBytes - position);
    let done = 0;
    while (done < count) {
      const offset = (position + done) % pageBytes;
      const chunk = Math.min(pageBytes - offset, count - done);
      const page = this.#pages[(position + done - offset) / pageBytes];
      const there = page === undefined ? 0 : Math.max(0, Math.min(chunk, page.length - offset));
      if (page !== undefined && there > 0) {
        target.set(page.subarray(offset, offset + there), done);
      }
      if (there < chunk) target.fill(0, done + there, done + chunk);
      done += chunk;
    }
    return count;
  }

  /** Takes as many bytes as there is space for; EFBIG or ENOSPC when that is none. */
  write(bytes: Uint8Array, position: number): number | Errno {
    if (bytes.length === 0) return 0;
    if (position >= this.#quota.limitBytes) return errno.EFBIG;
    const count = Math.min(bytes.length, this.#quota.limitBytes - position);
    let done = 0;
    while (done < count) {
      const offset = (position + done) % pageBytes;
      const chunk = Math.min(pageBytes - offset, count - done);
      const page = this.#pageFor((position + done - offset) / pageBytes, offset + chunk);
      if (page === undefined) break;
      page.set(chunk === bytes.length ? bytes : bytes.subarray(done, done + chunk), offset);
      done += chunk;
    }
    if (done === 0) return errno.ENOSPC;
    this.#sizeBytes = Math.max(this.#sizeBytes, position + done);
    return done;
  }

  truncate(sizeBytes: number): Errno | undefined {
    if (sizeBytes > this.#quota.limitBytes) return errno.EFBIG;
    if (sizeBytes < this.#sizeBytes) this.#dropBehind(sizeBytes);
    this.#sizeBytes = sizeBytes;
    return undefined;
  }

  save(writer: ByteWriter): void {
    writer.unsigned(this.#sizeBytes);
    const indices = Object.keys(this.#pages).map(Number);
    writer.unsigned(indices.length);
    for (const index of indices) {
      const page = this.#pages[index] ?? new Uint8Array(0);
      writer.unsigned(index);
      writer.unsigned(page.length);
      writer.bytes(page.subarray(0, lengthWithoutZeros(page)));
    }
  }

  /** Fills this empty content from what `save` wrote; answers `false` when there is no space. */
  restore(reader: ByteReader): boolean {
    const sizeBytes = reader.unsigned();
    if (this.truncate(sizeBytes) !== undefined) return false;
    let indexMin = 0;
    for (let left = reader.unsigned(); left > 0; left--) {
      const index = reader.unsigned();
      const capacityBytes = reader.unsigned();
      const bytes = reader.bytes();
      if (index < indexMin || index * pageBytes + bytes.length > sizeBytes) {
        throw new MalformedBytes("a page of a file out of place", reader.offset);
      }
      if (capacityBytes !== capacityFor(capacityBytes) || bytes.length > capacityBytes) {
        throw new MalformedBytes("a page of a file of an odd size", reader.offset);
      }
      const page = this.#pageFor(index, capacityBytes);
      if (page === undefined) return false;
      page.set(bytes);
      indexMin = index + 1;
    }
    return true;
  }

  /** The page at `index` with room for its first `neededBytes`; `undefined` when space ran out. */
  #pageFor(index: number, neededBytes: number): Uint8Array | undefined {
    const page = this.#pages[index];
    const haveBytes = page?.length ?? 0;
    if (page !== undefined && haveBytes >= neededBytes) return page;
    const capacityBytes = capacityFor(neededBytes);
    const overheadBytes = page === undefined ? pageOverheadBytes : 0;
    if (!this.#quota.take(capacityBytes - haveBytes + overheadBytes)) return undefined;
    const grown = new Uint8Array(capacityBytes);
    if (page !== undefined) grown.set(page);
    this.#pages[index] = grown;
    return grown;
  }

  #dropBehind(sizeBytes: number): void {
    const pagesKept = Math.ceil(sizeBytes / pageBytes);
    // Only pages that exist have a key, however far apart they are.
    for (const page of this.#pages.slice(pagesKept)) {
      if (page !== undefined) this.#quota.give(page.length + pageOverheadBytes);
    }
    this.#pages.length = Math.min(this.#pages.length, pagesKept);
    this.#pages[pagesKept - 1]?.fill(0, sizeBytes - (pagesKept - 1) * pageBytes);
  }
}

/** The power of two that a page for `neededBytes` takes. */
function capacityFor(neededBytes: number): number {
  let capacityBytes = smallestPageBytes;
  while (capacityBytes < neededBytes && capacityBytes < pageBytes) capacityBytes *= 2;
  return capacityBytes;
}

function lengthWithoutZeros(page: Uint8Array): number {
  let length = page.length;
  while (length > 0 && page[length - 1] === 0) length -= 1;
  return length;
}
