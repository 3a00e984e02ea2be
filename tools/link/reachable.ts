import { assert } from "#core/base";
import type { Import } from "#core/machine/wasm";
import { Instructions } from "#core/machine/wasm/code";
import type { Part } from "./part.ts";
import { elementFunctions } from "./segments.ts";
import type { FunctionOf, Symbols } from "./symbols.ts";

/**
 * The functions that can be called at all, and their places in the linked module: what stays
 * imported, then those with a body in the order of the parts, then those that nobody has.
 */
export class Reachable {
  readonly imports: { readonly part: Part; readonly row: Import }[] = [];
  readonly bodies: FunctionOf[] = [];
  readonly missing: FunctionOf[] = [];
  readonly #symbols: Symbols;
  readonly #importPlaces = new Map<string, number>();
  readonly #bodyPlaces = new Map<Part, Map<number, number>>();
  readonly #missingPlaces = new Map<string, number>();

  constructor(parts: readonly Part[], symbols: Symbols, roots: readonly FunctionOf[]) {
    this.#symbols = symbols;
    const found = new Map(parts.map((part) => [part, new Set<number>()]));
    const waiting = [...roots, ...parts.flatMap((part) => elementFunctions(part))];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const at = this.#meet(next);
      const known = at && found.get(at.part);
      if (at === undefined || known === undefined || known.has(at.index)) continue;
      known.add(at.index);
      waiting.push(...callees(at));
    }
    for (const [part, indices] of found) {
      const places = new Map<number, number>();
      for (const index of [...indices].toSorted((a, b) => a - b)) {
        places.set(index, this.bodies.push({ part, index }) - 1);
      }
      this.#bodyPlaces.set(part, places);
    }
  }

  /** Its index in the linked module. Expects that it can be reached. */
  indexOf(wanted: FunctionOf): number {
    const at = this.#symbols.resolve(wanted);
    const importCount = this.imports.length;
    if (at === undefined) {
      const place = this.#missingPlaces.get(nameOf(wanted));
      assert(place !== undefined, "a function that nobody has was met");
      return importCount + this.bodies.length + place;
    }
    if ("part" in at) {
      const place = this.#bodyPlaces.get(at.part)?.get(at.index);
      assert(place !== undefined, "a function that is called was met");
      return importCount + place;
    }
    const place = this.#importPlaces.get(`${at.module} ${at.name}`);
    assert(place !== undefined, "an import that is called was met");
    return place;
  }

  /** Notes what has no body; answers what has. */
  #meet(wanted: FunctionOf): FunctionOf | undefined {
    const at = this.#symbols.resolve(wanted);
    if (at === undefined) {
      const key = nameOf(wanted);
      if (!this.#missingPlaces.has(key)) {
        this.#missingPlaces.set(key, this.missing.push(wanted) - 1);
      }
      return undefined;
    }
    if ("part" in at) return at;
    const key = `${at.module} ${at.name}`;
    if (!this.#importPlaces.has(key)) {
      const part = partOf(wanted, at);
      this.#importPlaces.set(key, this.imports.push({ part, row: at }) - 1);
    }
    return undefined;
  }
}

/** Expects that imports which stay imports are called by the part that imports them. */
function partOf({ part }: FunctionOf, row: Import): Part {
  assert(part.module.imports.includes(row), "only its own importer calls it");
  return part;
}

/** A function that nobody has, by its import. */
function nameOf({ part, index }: FunctionOf): string {
  const row = part.module.imports.find((i) => i.kind === "function" && i.index === index);
  assert(row !== undefined, "only an import can be without a body");
  return `${part.name} ${row.name}`;
}

function callees({ part, index }: FunctionOf): FunctionOf[] {
  const { module, bodies } = part;
  const body = bodies[index - module.importedCounts.function];
  assert(body !== undefined, "it has a body");
  const called = new Set<number>();
  const instructions = new Instructions(module.bytes);
  instructions.reset(body.code, body.to);
  while (instructions.step()) {
    if (instructions.functionIndex >= 0) called.add(instructions.functionIndex);
  }
  return [...called].map((callee) => ({ part, index: callee }));
}
