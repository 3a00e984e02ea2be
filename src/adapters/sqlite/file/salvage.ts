import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./database.ts";
import { lendFirstPage, pageBytes } from "./page.ts";

/**
 * The copy of a damaged file, read with no trust in how its pages hang together. Reading changes
 * it. In a damaged file everything may fail; what does is not there.
 */
export class Wreck {
  readonly #path: string;
  readonly #firstPage: Uint8Array;

  /** `firstPage` is that of a whole file of the same format. */
  constructor(path: string, firstPage: Uint8Array) {
    this.#path = path;
    this.#firstPage = firstPage;
    lendFirstPage(path, firstPage);
    // Brings in what the log has; with it may come another first page.
    this.#reading((database) => database.exec("PRAGMA journal_mode = DELETE"));
    lendFirstPage(path, firstPage);
  }

  /** What `read` answers with the pages as they hang together; `undefined` where it fails. */
  whole<T>(read: (database: DatabaseSync) => T): T | undefined {
    lendFirstPage(this.#path, this.#firstPage);
    return this.#reading(read);
  }

  /**
   * Calls `gather` once for each page of the file, with a database in which that page is all of
   * `table`. Nothing comes back that was deleted, for deleted rows and pages are zeros.
   */
  eachPage(table: string, gather: (database: DatabaseSync) => void): void {
    lendFirstPage(this.#path, this.#firstPage);
    this.#reading((database) => {
      database.enableDefensive(false);
      database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
      database.exec("PRAGMA writable_schema = ON");
      const pagesCount = Math.ceil(statSync(this.#path).size / pageBytes);
      for (let page = 2; page <= pagesCount; page++) {
        database.exec(`UPDATE sqlite_schema SET rootpage = ${page} WHERE name = '${table}'`);
        // Another version has SQLite read the schema again.
        database.exec(`PRAGMA schema_version = ${page + 1000}`);
        attempt(() => gather(database));
      }
    });
  }

  #reading<T>(deed: (database: DatabaseSync) => T): T | undefined {
    const database = openDatabase(this.#path);
    try {
      return attempt(() => deed(database));
    } finally {
      database.close();
    }
  }
}

function attempt<T>(deed: () => T): T | undefined {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
