import type { ImportDescription } from "#core/machine/wasm";
import { type KnownImports, knownImports } from "./imports.ts";
import { knownInterfaces } from "./interfaces.ts";

/** What an import that nothing here provides is known to be, if it is. */
export function recognize(asked: ImportDescription): KnownImports | undefined {
  return knownImports.find(
    ({ module, name, type }) =>
      module.test(asked.module) &&
      (name === undefined || name.test(asked.name)) &&
      (type === undefined || type.test(asked.type)),
  );
}

/** What in WASI preview 1 comes nearest to an interface, whose name has no version; if anything. */
export function nearestTo(interfaceName: string): string | undefined {
  return knownInterfaces.find((row) => row.name.test(interfaceName))?.nearest;
}
