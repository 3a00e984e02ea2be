import type { Plugin } from "rolldown";
import type { ESTree } from "rolldown/utils";

/** Keeps a declaration and what stands on the next line apart. */
const barrier = ";debugger;";

/**
 * Has errors told at the lines that they are of. Where a value is used once, the bundler writes
 * what makes it in place of its name: `user.name` would be told at the line of `const user = …`.
 * It cannot be told not to, unless it is to keep all of every package. But it moves nothing over a
 * `debugger`, of which the engine makes no code; and one at the end of a line moves no other place.
 * Packages are left as they are: their lines nobody looks for.
 */
export function keepLines(): Plugin {
  return {
    name: "keep-lines",
    transform: {
      filter: { id: { include: /\.[cm]?[jt]sx?$/, exclude: /[\\/]node_modules[\\/]/ } },
      async handler(code, id) {
        const places = id.startsWith("\0") ? [] : await declarationEnds(code, id);
        return places.length === 0 ? undefined : { code: insert(code, places), map: null };
      },
    },
  };
}

/** Where declarations end whose next statement begins on another line, in their order. */
async function declarationEnds(code: string, id: string): Promise<readonly number[]> {
  const { parse, Visitor } = await import("rolldown/utils");
  const { errors, program } = await parse(id, code);
  // What is wrong is told by the bundler.
  if (errors.length > 0) return [];
  const ends: number[] = [];
  const look = (statements: readonly ESTree.Node[]): void => {
    for (const [at, { type, end }] of statements.entries()) {
      const next = statements[at + 1];
      if (type !== "VariableDeclaration" || next === undefined) continue;
      if (code.slice(end, next.start).includes("\n")) ends.push(end);
    }
  };
  new Visitor({
    Program: ({ body }) => look(body),
    BlockStatement: ({ body }) => look(body),
    StaticBlock: ({ body }) => look(body),
    SwitchCase: ({ consequent }) => look(consequent),
  }).visit(program);
  return ends.toSorted((one, other) => one - other);
}

function insert(code: string, places: readonly number[]): string {
  const parts = places.map((place, at) => code.slice(places[at - 1] ?? 0, place));
  return [...parts, code.slice(places.at(-1))].join(barrier);
}
