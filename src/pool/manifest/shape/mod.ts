/**
 * Shapes: what a node of a document is to be, from which reading, messages and JSON Schema follow.
 *
 * Knows: texts, lists, named things and records with their defaults, and what is said when a node
 * is none of these. Nothing of which of them an app is made of.
 * Must hold: reading always answers, so that one reading finds all problems: what was wrong is
 * noted with its place, and something stands in for it that nobody sees, because a reading with
 * problems ends in a `ManifestError`. The schema refuses nothing that reading takes.
 * Never imports: YAML.
 * Start reading at `shape.ts`, then `record.ts`.
 */
export { list, named, oneOf, text, type TextForm } from "./forms.ts";
export { type Fields, type RecordShape, record, type RecordValue } from "./record.ts";
export {
  type At,
  atKey,
  type JsonSchema,
  located,
  type Located,
  refuse,
  type Shape,
} from "./shape.ts";
