import {
  type Document,
  ManifestError,
  type Node,
  type Place,
  readDocument,
  type Span,
} from "#pool/manifest/document";
import { checkAgreement } from "./agreement.ts";
import { app } from "./fields.ts";
import type { Manifest } from "./manifest.ts";
import { normalize } from "./normalize.ts";

/** A manifest, and where in the file its parts were said. */
export interface ParsedManifest {
  readonly manifest: Manifest;
  /**
   * Where `path` stands, as in `["processes", "worker", "image"]`; of what the file leaves out,
   * where it would stand.
   */
  placeOf(path: readonly string[]): Place;
  /** The error that says what is wrong at `path`, found out only later: an image that is gone. */
  errorAt(path: readonly string[], words: LateWords): ManifestError;
  /** The same of several places at once. Expects one at least. */
  errorOf(problems: readonly LateProblem[]): ManifestError;
}

interface LateWords {
  readonly found: string;
  readonly expected: string;
}

export interface LateProblem extends LateWords {
  /** Keys, and the indexes of items of a list. */
  readonly path: readonly (string | number)[];
}

/**
 * Reads an app file. `name` is what messages call it. Throws a `ManifestError` that has all that
 * is wrong with it, and nothing else, whatever the content is.
 */
export function parseManifest(file: {
  readonly name: string;
  readonly content: string | Uint8Array;
}): ParsedManifest {
  const document = readDocument(file.name, file.content);
  const { problems } = document;
  const written = app.read(document.root, { path: "", problems });
  checkAgreement(written, problems);
  problems.throwAny();
  const errorOf = (late: readonly LateProblem[]): ManifestError =>
    new ManifestError(
      document.source,
      late.map(({ path, found, expected }) => ({
        span: spanOf(document, path),
        path: pathText(path),
        found,
        expected,
      })),
    );
  return {
    manifest: normalize(written),
    placeOf: (path) => document.source.placeAt(spanOf(document, path).start),
    errorAt: (path, words) => errorOf([{ path, ...words }]),
    errorOf,
  };
}

/** As other problems have it: `processes.worker.uses.files[1]`. */
function pathText(path: LateProblem["path"]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .slice(1);
}

/** The word at `path`, or the key of what is no word; of what is not there, what it would be in. */
function spanOf({ root }: Document, path: LateProblem["path"]): Span {
  let node: Node = root;
  let span: Span = { start: root.start, end: root.start };
  for (const key of path) {
    const entry = node.kind === "map" ? node.entries.get(`${key}`) : undefined;
    const next = node.kind === "list" ? node.items[Number(key)] : entry?.value;
    if (next === undefined) break;
    const { start, end } = next;
    span = next.kind === "scalar" || entry === undefined ? { start, end } : keySpan(entry.key);
    node = next;
  }
  return span;
}

function keySpan({ start, end }: Span): Span {
  return { start, end };
}
