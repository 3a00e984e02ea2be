import { formatLimit } from "#core/sys";
import { quote } from "#pool/manifest/document";
import { type At, atKey, type Located, refuse } from "#pool/manifest/shape";
import type { WrittenApp, WrittenProcess } from "./fields.ts";
import type { ProcessLimitName } from "./manifest.ts";
import { Names } from "./names.ts";
import { processLimitNames } from "./normalize.ts";

/** Notes where a process may start what does not exist or has more than itself, or one again. */
export function checkSpawn({ processes }: WrittenApp, top: At): void {
  const byName = new Map(processes.map(([name, spec]) => [name, spec]));
  for (const [, parent, { key }] of processes) {
    const at = atKey(atKey(atKey(atKey(top, "processes"), key.text), "uses"), "spawn");
    const names = new Names("in the list");
    for (const name of parent.uses.spawn) {
      const child = byName.get(name.value);
      if (child !== undefined) {
        names.add(name, at);
        checkChild({ parent, child, name, at });
      } else if (name.value !== "") {
        // What could not be read is no name.
        refuse(name.node, at, { expected: "the name of a process" });
      }
    }
  }
}

interface Pair {
  readonly parent: WrittenProcess;
  readonly child: WrittenProcess;
  readonly name: Located<string>;
  readonly at: At;
}

/** No child reaches or takes more than its parent may. */
function checkChild(pair: Pair): void {
  const { parent, child, name, at } = pair;
  const more = [...missingUses(parent, child), ...largerLimits(parent, child)];
  const [first] = more;
  if (first === undefined) return;
  const found = `${quote(name.value)}, which has ${first}`;
  refuse(name.node, at, { found, expected: "a process with no more than this one has" });
}

function missingUses({ uses: parent }: WrittenProcess, { uses: child }: WrittenProcess): string[] {
  const texts = (all: readonly Located<string>[]): readonly string[] =>
    all.map(({ value }) => value);
  const files = texts(parent.files).flatMap((text) => [text, `${text}:ro`]);
  const lists: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["files", texts(child.files), files],
    // An address has one listener.
    ["listen", texts(child.listen), []],
    ["connect", child.connect, parent.connect],
    ["secrets", texts(child.secrets), texts(parent.secrets)],
    ["spawn", texts(child.spawn), texts(parent.spawn)],
    ["call", texts(child.call), texts(parent.call)],
    // Who may call anybody is no child of one who may not.
    ["unlisted", child.unlisted === "count" ? ["count"] : [], [parent.unlisted]],
  ];
  return lists.flatMap(([key, wanted, given]) =>
    wanted.filter((text) => !given.includes(text)).map((text) => `${key}: ${quote(text)}`),
  );
}

function largerLimits(parent: WrittenProcess, child: WrittenProcess): string[] {
  const number = (value: number | "unlimited"): number =>
    value === "unlimited" ? Infinity : value;
  const isLarger = (limit: ProcessLimitName): boolean =>
    number(child[limit]) > number(parent[limit]);
  return processLimitNames
    .filter(isLarger)
    .map((limit) => `${limit}: ${formatLimit(limit, number(child[limit]))}`);
}
