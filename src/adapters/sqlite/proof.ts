import type { StoreEntry } from "#pool/host";

/** An entry as it lies in the file. */
export interface EntryRow extends StoreEntry {
  readonly proof: number;
}

/** About all entries together. */
export interface Head {
  /** Of the last write. */
  readonly revision: number;
  readonly entries: number;
  /** The proofs of all entries, in exclusive or. */
  readonly proofs: number;
}

export interface HeadRow extends Head {
  readonly proof: number;
}

/** Another number when any one bit of the entry is another. */
export function proofOfEntry(key: string, value: string, revision: number): number {
  // The length keeps apart where a key ends and its value begins.
  return crc32(`${revision} ${key.length} ${key}${value}`);
}

export function proofOfHead(head: Head): number {
  return crc32(`${head.revision} ${head.entries} ${head.proofs}`);
}

/** Whether it is an entry, as it was written. */
export function isWholeEntry(row: Readonly<Record<keyof EntryRow, unknown>>): row is EntryRow {
  const { key, value, revision, proof } = row;
  return (
    typeof key === "string" &&
    typeof value === "string" &&
    typeof revision === "number" &&
    proof === proofOfEntry(key, value, revision)
  );
}

export function isWholeHead(row: Readonly<Record<keyof HeadRow, unknown>>): row is HeadRow {
  const { revision, entries, proofs, proof } = row;
  return (
    typeof revision === "number" &&
    typeof entries === "number" &&
    typeof proofs === "number" &&
    proof === proofOfHead({ revision, entries, proofs })
  );
}

function crc32(text: string): number {
  return process.getBuiltinModule("node:zlib").crc32(text);
}
