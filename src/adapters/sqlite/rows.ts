import type { DatabaseSync, StatementSync } from "node:sqlite";
import { DamagedRow } from "#adapters/sqlite/file";
import { type EntryRow, type Head, isWholeEntry, isWholeHead } from "./proof.ts";
import { proofOfEntry, proofOfHead } from "./proof.ts";

const columns = "key, value, revision, proof";

/** The statements on the file's two tables. Each row that comes out is as it went in. */
export class Rows {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(key: string): EntryRow | undefined {
    const row = this.#statement(`SELECT ${columns} FROM entries WHERE key = ?`).get(key);
    return row && wholeEntry(row);
  }

  /** All whose key begins so, in the order of their keys' code points. */
  *list(prefix: string): Generator<EntryRow> {
    // The byte FF is in no text, so that what begins with the prefix is below this bound.
    const range = "key >= ?1 AND key < ?1 || CAST(x'FF' AS TEXT)";
    const statement = this.#statement(`SELECT ${columns} FROM entries WHERE ${range} ORDER BY key`);
    for (const row of statement.iterate(prefix)) yield wholeEntry(row);
  }

  head(): Head {
    const row = this.#statement("SELECT revision, entries, proofs, proof FROM head").get() ?? {};
    const { revision, entries, proofs, proof } = row;
    const head = { revision, entries, proofs, proof };
    if (!isWholeHead(head)) throw new DamagedRow("what it says about its entries was changed");
    return head;
  }

  /** Answers the entry's proof. */
  put(key: string, value: string, revision: number): number {
    const proof = proofOfEntry(key, value, revision);
    this.#statement(
      `INSERT INTO entries (${columns}) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
       SET value = excluded.value, revision = excluded.revision, proof = excluded.proof`,
    ).run(key, value, revision, proof);
    return proof;
  }

  delete(key: string): void {
    this.#statement("DELETE FROM entries WHERE key = ?").run(key);
  }

  insertHead(head: Head): void {
    this.#statement("INSERT INTO head VALUES (1, ?, ?, ?, ?)").run(...headValues(head));
  }

  updateHead(head: Head): void {
    this.#statement("UPDATE head SET revision = ?, entries = ?, proofs = ?, proof = ?").run(
      ...headValues(head),
    );
  }

  #statement(text: string): StatementSync {
    return this.#prepared.getOrInsertComputed(text, () => this.#database.prepare(text));
  }
}

function wholeEntry(row: Record<string, unknown>): EntryRow {
  const { key, value, revision, proof } = row;
  const entry = { key, value, revision, proof };
  if (isWholeEntry(entry)) return entry;
  throw new DamagedRow(`its entry ${JSON.stringify(key)} is not as it was written`);
}

function headValues(head: Head): readonly [number, number, number, number] {
  return [head.revision, head.entries, head.proofs, proofOfHead(head)];
}
