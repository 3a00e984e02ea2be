import type { Limits } from "#core/sys";
import type { Level } from "./report.ts";

/** How well one function of a contract is supported. */
export interface ContractCall {
  /** Its parameters and results as a description writes them: `(i32, i64) -> i32`. */
  readonly type: string;
  readonly level: Level;
  readonly note: string;
  readonly fix: string;
}

/** An import module that programs find here, and its functions by name. */
export interface Contract {
  /** For people: `WASI preview 1`. */
  readonly name: string;
  readonly module: string;
  readonly calls: ReadonlyMap<string, ContractCall>;
}

/** What programs are graded against. */
export interface Ground {
  readonly contracts: readonly Contract[];
  readonly limits: Limits;
}
