import type { DatabaseSync } from "node:sqlite";
import { openWhole, storeProblem } from "#adapters/sqlite/file";
import { assert } from "#core/base";
import type { Log, LogBounds, LogEntry, Logs, ReadMost } from "#pool/host";
import { audit } from "./audit.ts";
import { Group } from "./group.ts";
import { makeLogs } from "./new-file.ts";
import { logsKind } from "./format.ts";
import type { Head } from "./proof.ts";
import { Rows } from "./rows.ts";

/** What all logs of a file may take of the disk together. */
const logsBytesMax = 16 * 1024 ** 3;

export interface LogsOptions {
  readonly bytesMax?: number;
}

/**
 * The logs in the file `path`, which is made if it is missing, in a folder that is there. Throws
 * `STATE_NOT_WRITABLE`, `STATE_DAMAGED`, `STATE_VERSION` or, where another OS process has the file
 * open, `STATE_IN_USE`.
 */
export function openLogs(path: string, options: LogsOptions = {}): Logs {
  const database = openWhole(path, {
    kind: logsKind,
    make: (draft) => makeLogs(draft),
    audit,
    bytesMax: options.bytesMax ?? logsBytesMax,
  });
  return new SqliteLogs(path, database);
}

class SqliteLogs implements Logs {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #rows: Rows;
  readonly #group: Group;
  /** As the last transaction left them, or as the present one is making them. */
  #heads: Map<string, Head>;

  constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
    this.#rows = new Rows(database);
    this.#heads = this.#readHeads();
    this.#group = new Group(database, (error) => {
      this.#heads = this.#readHeads();
      return storeProblem(path, error);
    });
  }

  async open(name: string): Promise<Log> {
    assert(name.isWellFormed(), "names are Unicode");
    await this.#group.do(() => {
      if (!this.#heads.has(name)) this.#heads.set(name, this.#rows.insertLog(name));
    });
    return {
      bounds: () => this.#group.do(() => boundsOf(this.#head(name))),
      append: (entries, expected) => this.#group.do(() => this.#append(name, entries, expected)),
      read: async (from, most) => this.#read(name, from, most),
      trim: (before) => this.#group.do(() => this.#trim(name, before)),
    };
  }

  names(): Promise<readonly string[]> {
    return this.#group.do(() => this.#rows.heads().map(({ name }) => name));
  }

  remove(name: string): Promise<void> {
    return this.#group.do(() => {
      const head = this.#heads.get(name);
      if (head === undefined) return;
      this.#rows.removeLog(head.log);
      this.#heads.delete(name);
    });
  }

  async close(): Promise<void> {
    this.#group.flush();
    this.#database.close();
  }

  #append(name: string, entries: readonly Uint8Array[], expected: number): boolean {
    const head = this.#head(name);
    if (head.next !== expected) return false;
    const { log, next } = head;
    for (const [index, bytes] of entries.entries()) {
      this.#rows.insertEntry({ log, position: next + index, bytes });
    }
    this.#put({ ...head, next: next + entries.length });
    return true;
  }

  #trim(name: string, before: number): void {
    const head = this.#head(name);
    const first = Math.min(before, head.next);
    if (first <= head.first) return;
    this.#rows.removeEntries(head.log, first);
    const lost = head.lost === 0 ? 0 : head.next - first - this.#rows.count(head.log);
    this.#put({ ...head, first, lost });
  }

  #read(name: string, from: number, most: ReadMost): readonly LogEntry[] {
    try {
      const { log } = this.#head(name);
      return this.#gather(log, from, most);
    } catch (error) {
      throw storeProblem(this.#path, error);
    }
  }

  #gather(log: number, from: number, most: ReadMost): readonly LogEntry[] {
    const found: LogEntry[] = [];
    let bytesLeft = most.bytes;
    for (const { position, bytes } of this.#rows.entries(log, from, most.entries)) {
      bytesLeft -= bytes.length;
      if (bytesLeft < 0 && found.length > 0) break;
      found.push({ position, bytes });
    }
    return found;
  }

  #head(name: string): Head {
    const head = this.#heads.get(name);
    assert(head !== undefined, "the log is neither removed nor unknown");
    return head;
  }

  #put(head: Head): void {
    this.#rows.putHead(head);
    this.#heads.set(head.name, head);
  }

  #readHeads(): Map<string, Head> {
    return new Map(this.#rows.heads().map((head) => [head.name, head]));
  }
}

function boundsOf({ first, next }: Head): LogBounds {
  return { first, next };
}
