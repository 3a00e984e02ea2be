import { quote } from "#pool/manifest/document";
import { type At, type Located, refuse } from "#pool/manifest/shape";

/** Names that may each be given once. */
export class Names {
  readonly #where: string;
  readonly #seen: Set<string>;

  constructor(where: string, taken: readonly string[] = []) {
    this.#where = where;
    this.#seen = new Set(taken);
  }

  add({ value, node }: Located<string>, at: At): void {
    // What could not be read is no name.
    if (value !== "" && this.#seen.has(value)) {
      refuse(node, at, { found: `${quote(value)} again`, expected: `it once ${this.#where}` });
    }
    this.#seen.add(value);
  }
}
