type Row = Readonly<Record<string, unknown>>;

/** A log as the file has it. */
export interface Head {
  readonly log: number;
  readonly name: string;
  readonly first: number;
  readonly next: number;
  /** How many between them a repair could not bring back. */
  readonly lost: number;
}

/** An entry as the file has it. */
export interface EntryRow {
  readonly log: number;
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Another number when any one bit of the entry is another. */
export function proofOfEntry({ log, position, bytes }: EntryRow): number {
  return crc32(bytes, crc32(`${log} ${position}`));
}

export function proofOfHead({ log, name, first, next, lost }: Head): number {
  return crc32(`${log} ${first} ${next} ${lost} ${name}`);
}

export function proofOfName(log: number, name: string): number {
  return crc32(`${log} ${name}`);
}

/** The entry of a row, if it is as it was written. */
export function wholeEntry({ log, position, bytes, proof }: Row): EntryRow | undefined {
  if (typeof log !== "number" || typeof position !== "number") return undefined;
  if (!(bytes instanceof Uint8Array)) return undefined;
  const entry = { log, position, bytes };
  return proof === proofOfEntry(entry) ? entry : undefined;
}

export function wholeHead({ log, name, first, next, lost, proof }: Row): Head | undefined {
  if (typeof log !== "number" || typeof name !== "string") return undefined;
  if (typeof first !== "number" || typeof next !== "number") return undefined;
  if (typeof lost !== "number") return undefined;
  const head = { log, name, first, next, lost };
  return proof === proofOfHead(head) ? head : undefined;
}

export function wholeName({ log, name, proof }: Row): readonly [number, string] | undefined {
  if (typeof log !== "number" || typeof name !== "string") return undefined;
  return proof === proofOfName(log, name) ? [log, name] : undefined;
}

function crc32(content: string | Uint8Array, before = 0): number {
  return process.getBuiltinModule("node:zlib").crc32(content, before);
}
