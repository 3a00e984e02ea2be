import { printable } from "#core/base";
import type { Span } from "./source.ts";

/** A word or a text. */
export interface ScalarNode extends Span {
  readonly kind: "scalar";
  readonly text: string;
  /** Written without quotes, so that it may be a number, a truth value or nothing. */
  readonly isPlain: boolean;
}

export interface ListNode extends Span {
  readonly kind: "list";
  readonly items: readonly Node[];
}

/** Keys in the order of the file. None comes twice. */
export interface MapNode extends Span {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: Node;
}

/** What stands in the file. An alias is the very node that its anchor names. */
export type Node = ScalarNode | ListNode | MapNode;

/** What a node is by YAML's core schema. */
export type NodeKind = "text" | "number" | "boolean" | "nothing" | "list" | "map";

/** What a plain word stands for in the core schema; what no row matches is text. */
const plainKinds: readonly (readonly [kind: NodeKind, pattern: RegExp])[] = [
  ["nothing", /^(?:|~|null|Null|NULL)$/],
  ["boolean", /^(?:true|True|TRUE|false|False|FALSE)$/],
  ["number", /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+)$/],
  ["number", /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/],
  ["number", /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/],
];

export function kindOf(node: Node): NodeKind {
  if (node.kind !== "scalar") return node.kind;
  if (!node.isPlain) return "text";
  return plainKinds.find(([, pattern]) => pattern.test(node.text))?.[0] ?? "text";
}

/** How much of a text a message quotes. */
const quotedMax = 60;

/** A node for a message: `"text"`, `the number 1`, `nothing`, `a list`. */
export function describe(node: Node): string {
  const kind = kindOf(node);
  switch (kind) {
    case "nothing":
      return "nothing";
    case "list":
      return "a list";
    case "map":
      return "a map";
    default: {
      const text = node.kind === "scalar" ? node.text : "";
      if (kind === "text") return quote(text);
      return kind === "number" ? `the number ${printable(text)}` : `the truth value ${text}`;
    }
  }
}

/** A text of the file for a message: on one line, and not without end. */
export function quote(text: string): string {
  const shown = text.length <= quotedMax ? text : `${text.slice(0, quotedMax)}…`;
  return `"${printable(shown)}"`;
}
