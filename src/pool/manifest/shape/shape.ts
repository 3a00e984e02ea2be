import { describe, type Node, type Problems, type Span } from "#pool/manifest/document";

/** A JSON Schema as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Where reading is: what the place is called, and who is told of problems. */
export interface At {
  readonly path: string;
  readonly problems: Problems;
}

/** What a node is to be. */
export interface Shape<T> {
  /** Always answers; what was wrong is among the problems then. */
  read(node: Node, at: At): T;
  /** What stands in for a value that is not there or wrong. `node` is the nearest there is. */
  standIn(node: Node): T;
  schema(): JsonSchema;
}

/** A value with the node it was read from, for what can be judged only later. */
export interface Located<T> {
  readonly value: T;
  readonly node: Node;
}

/** The same shape, which keeps its node. */
export function located<T>(shape: Shape<T>): Shape<Located<T>> {
  return {
    read: (node, at) => ({ value: shape.read(node, at), node }),
    standIn: (node) => ({ value: shape.standIn(node), node }),
    schema: () => shape.schema(),
  };
}

/** The place below `at` that is called `key`. */
export function atKey({ path, problems }: At, key: string): At {
  return { path: path === "" ? key : `${path}.${key}`, problems };
}

/** Notes that `node` is not what was expected. */
export function refuse(
  node: Node,
  at: At,
  words: {
    readonly expected: string;
    readonly found?: string;
    readonly meant?: string | undefined;
  },
): void {
  const { expected, found = describe(node), meant } = words;
  at.problems.add({ span: headOf(node), path: at.path, found, expected, meant });
}

/** A word is marked as a whole; of lists and maps only where they begin. */
function headOf(node: Node): Span {
  const { start, end } = node;
  return node.kind === "scalar" ? { start, end } : { start, end: start + 1 };
}
