/** What a module asks for by name. The formatter makes plain patterns reliable. */
import type { Source } from "./source-tree.ts";

/** `import … from "x"`, `export … from "x"`, over several lines too, and `import "x"`. */
const statement = /^(?:import|export)\b(?:[^"';]*?\bfrom\s+|\s+)"([^"]+)"/gm;

/** `import("x")`, wherever it stands. */
const call = /\bimport\(\s*"([^"]+)"/g;

/** `import.meta.resolve("x")`: the address of a thread's program, started and not imported. */
const address = /\bimport\.meta\.resolve\(\s*"([^"]+)"/g;

export function importsOf({ text }: Source): readonly string[] {
  return specifiers([...text.matchAll(statement), ...text.matchAll(call)]);
}

export function addressesIn({ text }: Source): readonly string[] {
  return specifiers([...text.matchAll(address)]);
}

function specifiers(matches: readonly RegExpExecArray[]): readonly string[] {
  return [...new Set(matches.map(([, specifier = ""]) => specifier))];
}

/** "zod" for "zod/mini", "@scope/name" for "@scope/name/part"; undefined for all but packages. */
export function packageName(specifier: string): string | undefined {
  if (/^(?:[.#/]|\w+:)/.test(specifier)) return undefined;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
