import { assert } from "#core/base";
import type { Import } from "#core/machine/wasm";
import type { Part } from "./part.ts";

/** A function of one of the parts, by its index there. */
export interface FunctionOf {
  readonly part: Part;
  readonly index: number;
}

/** By this name the start function of a part can be imported, which is called by nobody else. */
const startName = "__start";

/** The module that libraries import what they do not have from, wherever it may be. */
const anyPart = "env";

/** Finds what imports stand for, over all parts: the first that exports a name has it. */
export class Symbols {
  readonly #parts: readonly Part[];
  readonly #outside: (module: string) => boolean;
  readonly #replaced: ReadonlyMap<Part, ReadonlyMap<number, FunctionOf>>;

  constructor(
    parts: readonly Part[],
    replaced: ReadonlyMap<Part, ReadonlyMap<number, FunctionOf>>,
  ) {
    this.#parts = parts;
    this.#replaced = replaced;
    const names = new Set(parts.map(({ name }) => name));
    this.#outside = (module) => module !== anyPart && !names.has(module);
  }

  /**
   * The function that a part's index stands for in the end: one with a body, an import that stays
   * an import, or undefined for one that nobody has.
   */
  resolve(at: FunctionOf): FunctionOf | Import | undefined {
    const replacement = this.#replaced.get(at.part)?.get(at.index);
    if (replacement !== undefined) return this.resolve(replacement);
    const { module } = at.part;
    if (at.index >= module.importedCounts.function) return at;
    const imported = module.imports.find(
      ({ kind, index }) => kind === "function" && index === at.index,
    );
    assert(imported !== undefined, "each imported function has an import");
    if (this.#outside(imported.module)) return imported;
    const found = this.find(imported.name, imported.module);
    return found && this.resolve(found);
  }

  /** The function a part exports by this name; with `env`, any part. */
  find(name: string, from: string = anyPart): FunctionOf | undefined {
    for (const part of this.#parts) {
      if (from !== anyPart && part.name !== from) continue;
      const { startFunction } = part.module;
      if (name === startName && startFunction !== undefined) return { part, index: startFunction };
      const found = part.module.exports.find((e) => e.kind === "function" && e.name === name);
      if (found !== undefined) return { part, index: found.index };
    }
    return undefined;
  }
}
