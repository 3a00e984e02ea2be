import type { DatabaseSync } from "node:sqlite";
import { inTransaction, openWhole, storeProblem } from "#adapters/sqlite/file";
import { assert } from "#core/base";
import type { Store, StoreChange, StoreEntry } from "#pool/host";
import { audit } from "./audit.ts";
import { storeKind } from "./format.ts";
import { makeFile, nothing } from "./new-file.ts";
import type { EntryRow } from "./proof.ts";
import { Rows } from "./rows.ts";

/** A store takes no more of the disk than this, though it be written to in a circle. */
const storeBytesMax = 1024 ** 3;

export interface StoreOptions {
  readonly bytesMax?: number;
}

/**
 * The store in the file `path`, which is made if it is missing, in a folder that is there. The
 * whole file is read and checked first. Throws `STATE_NOT_WRITABLE`, `STATE_DAMAGED`,
 * `STATE_VERSION` or, where another OS process has the file open, `STATE_IN_USE`.
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  const database = openWhole(path, {
    kind: storeKind,
    make: (draft) => makeFile(draft, nothing),
    audit,
    bytesMax: options.bytesMax ?? storeBytesMax,
  });
  return new SqliteStore(path, database);
}

class SqliteStore implements Store {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #rows: Rows;

  constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
    this.#rows = new Rows(database);
    // Folded in by hand, below.
    database.exec("PRAGMA wal_autocheckpoint = 0");
    // An earlier daemon may have been killed between a write and this.
    this.#foldLog();
  }

  get(key: string): StoreEntry | undefined {
    const row = this.#attempt(() => this.#rows.get(key));
    return row && entryOf(row);
  }

  list(prefix: string): readonly StoreEntry[] {
    return this.#attempt(() => Array.from(this.#rows.list(prefix), entryOf));
  }

  write(changes: readonly StoreChange[]): number | undefined {
    assert(new Set(changes.map(({ key }) => key)).size === changes.length, "each key comes once");
    for (const { key, value } of changes) {
      assert(key.isWellFormed() && value?.isWellFormed() !== false, "texts are Unicode");
    }
    try {
      return this.#attempt(() => inTransaction(this.#database, () => this.#apply(changes)));
    } finally {
      this.#foldLog();
    }
  }

  close(): void {
    this.#database.close();
  }

  #apply(changes: readonly StoreChange[]): number | undefined {
    const before = changes.map(({ key }) => this.#rows.get(key));
    const isExpected = changes.every(
      ({ expected }, index) =>
        expected === undefined || expected === (before[index]?.revision ?? 0),
    );
    if (!isExpected) return undefined;
    const head = this.#rows.head();
    const revision = head.revision + 1;
    let { entries, proofs } = head;
    for (const [index, { key, value }] of changes.entries()) {
      const old = before[index];
      if (old !== undefined) {
        entries -= 1;
        proofs ^= old.proof;
      }
      if (value === undefined) this.#rows.delete(key);
      else {
        entries += 1;
        proofs ^= this.#rows.put(key, value, revision);
      }
    }
    this.#rows.updateHead({ revision, entries, proofs: proofs >>> 0 });
    return revision;
  }

  /**
   * Brings SQLite's log into the file, and empties it. Reading a log, SQLite passes over whatever
   * follows a changed bit, without a word; so nothing is to stay in it. And what a failed write
   * left there must not be found after a crash. Where this fails, the log keeps what was written.
   */
  #foldLog(): boolean {
    try {
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return true;
    } catch {
      return false;
    }
  }

  #attempt<T>(deed: () => T): T {
    try {
      return deed();
    } catch (error) {
      throw storeProblem(this.#path, error);
    }
  }
}

function entryOf({ key, value, revision }: EntryRow): StoreEntry {
  return { key, value, revision };
}
