import type { DatabaseSync, StatementSync } from "node:sqlite";
import { DamagedRow } from "#adapters/sqlite/file";
import { type EntryRow, type Head, proofOfEntry, proofOfHead, proofOfName } from "./proof.ts";
import { wholeEntry, wholeHead, wholeName } from "./proof.ts";

/** The statements on the file's tables. Each row that comes out is as it went in. */
export class Rows {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** In the order of their names' code points. */
  heads(): readonly Head[] {
    const rows = this.#statement("SELECT * FROM heads ORDER BY name").all();
    return rows.map((row) => wholeHead(row) ?? damage("what it says about a log was changed"));
  }

  /** What the logs are called. */
  names(): ReadonlyMap<number, string> {
    const rows = this.#statement("SELECT * FROM names").all();
    return new Map(rows.map((row) => wholeName(row) ?? damage("the name of a log was changed")));
  }

  count(log: number): number {
    const row = this.#statement("SELECT count(*) AS n FROM entries WHERE log = ?").get(log);
    return Number(row?.["n"]);
  }

  /** How many entries each log has. */
  counts(): ReadonlyMap<number, number> {
    const rows = this.#statement("SELECT log, count(*) AS n FROM entries GROUP BY log").all();
    return new Map(rows.map((row) => [Number(row["log"]), Number(row["n"])]));
  }

  /** A new log, empty. A number of one that was removed is not used again. */
  insertLog(name: string): Head {
    const text = "INSERT INTO heads (name, first, next, lost, proof) VALUES (?, 1, 1, 0, 0)";
    const head = { log: 0, name, first: 1, next: 1, lost: 0 };
    const log = Number(this.#statement(text).run(name).lastInsertRowid);
    this.putHead({ ...head, log });
    this.#statement("INSERT INTO names VALUES (?, ?, ?)").run(log, name, proofOfName(log, name));
    return { ...head, log };
  }

  putHead(head: Head): void {
    const { log, first, next, lost } = head;
    this.#statement("UPDATE heads SET first = ?, next = ?, lost = ?, proof = ? WHERE log = ?").run(
      first,
      next,
      lost,
      proofOfHead(head),
      log,
    );
  }

  removeLog(log: number): void {
    for (const table of ["entries", "names", "heads"]) {
      this.#statement(`DELETE FROM ${table} WHERE log = ?`).run(log);
    }
  }

  insertEntry(entry: EntryRow): void {
    const text = "INSERT INTO entries (log, position, bytes, proof) VALUES (?, ?, ?, ?)";
    const { log, position, bytes } = entry;
    this.#statement(text).run(log, position, bytes, proofOfEntry(entry));
  }

  removeEntries(log: number, before: number): void {
    this.#statement("DELETE FROM entries WHERE log = ? AND position < ?").run(log, before);
  }

  /** In the order of their positions. */
  *entries(log: number, from: number, most: number): Generator<EntryRow> {
    const text = "SELECT * FROM entries WHERE log = ? AND position >= ? ORDER BY position LIMIT ?";
    for (const row of this.#statement(text).iterate(log, from, most)) {
      yield wholeEntry(row) ?? damage(`entry ${String(row["position"])} of a log was changed`);
    }
  }

  #statement(text: string): StatementSync {
    return this.#prepared.getOrInsertComputed(text, () => this.#database.prepare(text));
  }
}

function damage(how: string): never {
  throw new DamagedRow(how);
}
