/**
 * A text in YAML as a tree of nodes, each with its place in the text; and problems at such places.
 *
 * Knows: YAML 1.2 with its core schema, of which JSON is a part; lines, columns and carets.
 * Nothing of what an app is.
 * Must hold: whatever bytes come in, only a `ManifestError` comes out beside a tree; size, depth
 * and what aliases repeat are bounded before anything walks the tree. A plain word is kept as it
 * is written: `no` and `1.10` are text until somebody asks for something else.
 * Never imports: what a node is to mean.
 * Start reading at `node.ts`, then `read-document.ts`.
 */
export { describe, kindOf, type MapEntry, type MapNode, type Node, quote } from "./node.ts";
export { ManifestError, type Problem, Problems } from "./problems.ts";
export { type Document, readDocument } from "./read-document.ts";
export type { Place, Source, Span } from "./source.ts";
