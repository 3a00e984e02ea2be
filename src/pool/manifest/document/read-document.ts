import { formatBytes } from "#core/sys";
import { parseEvents, YAMLException } from "js-yaml";
import { DocumentBuilder } from "./document-builder.ts";
import type { Node } from "./node.ts";
import { type Problem, Problems } from "./problems.ts";
import { Source } from "./source.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What a manifest may be at most, whatever it says. */
const documentBounds: {
  readonly bytesMax: number;
  readonly depthMax: number;
  readonly nodesMax: number;
} = {
  /** Of the file. */
  bytesMax: 8 * 2 ** 20,
  /** Lists and maps in each other, what aliases repeat included. */
  depthMax: 64,
  /** Words, lists and maps, those that aliases repeat counted each time. */
  nodesMax: 1_000_000,
};

/** A tree of nodes, the text that they stand in, and what is wrong with it already. */
export interface Document {
  readonly source: Source;
  readonly root: Node;
  readonly problems: Problems;
}

/**
 * Reads one YAML document. `name` is what messages call the file. Throws a `ManifestError` for what
 * has no tree; what is wrong with a tree is left among its problems, to be told with all others.
 */
export function readDocument(name: string, content: string | Uint8Array): Document {
  checkSize(name, content);
  const source = readText(name, content);
  const problems = new Problems(source);
  const builder = new DocumentBuilder(source.text, { problems, bounds: documentBounds });
  try {
    for (const event of parseEvents(source.text, { maxDepth: documentBounds.depthMax })) {
      builder.take(event);
    }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    problems.add(syntaxProblem(source, error));
    problems.throwAny();
  }
  if (builder.hasHoles) problems.throwAny();
  return { source, root: builder.root(), problems };
}

/** Looked at before anything else is done with the file. */
function checkSize(name: string, content: string | Uint8Array): void {
  if (content.length <= documentBounds.bytesMax) return;
  const problem = {
    span: { start: 0, end: 0 },
    path: "",
    found: `a file of ${formatBytes(content.length)} or more`,
    expected: `at most ${formatBytes(documentBounds.bytesMax)}`,
  };
  throwOne(new Source(name, ""), problem);
}

function readText(name: string, content: string | Uint8Array): Source {
  if (typeof content === "string") return new Source(name, content);
  const { text, badByte } = decodeUtf8(content);
  const source = new Source(name, text);
  if (badByte !== undefined) {
    throwOne(source, {
      span: { start: badByte.offset, end: badByte.offset + 1 },
      path: "",
      found: `the byte 0x${badByte.value.toString(16).padStart(2, "0")}`,
      expected: "a text in UTF-8",
    });
  }
  return source;
}

function throwOne(source: Source, problem: Problem): void {
  const problems = new Problems(source);
  problems.add(problem);
  problems.throwAny();
}

/** What the parser's reasons mean for somebody who writes a manifest. */
const knownReasons: readonly (readonly [reason: RegExp, found: string, expected: string])[] = [
  [/^tab characters/, "a tab", "spaces for indentation"],
  [/maxDepth/, "a list or map too deep", `at most ${documentBounds.depthMax} in each other`],
  [/non-printable/, "a control character", "it to be escaped between double quotes"],
];

function syntaxProblem({ text }: Source, { reason, mark }: YAMLException): Problem {
  const start = Math.max(0, Math.min(mark?.position ?? 0, text.length));
  const row = knownReasons.find(([pattern]) => pattern.test(reason));
  return {
    span: { start, end: start },
    path: "",
    found: row?.[1] ?? `a text that is no YAML (${reason})`,
    expected: row?.[2] ?? (start >= text.length ? "more before the end" : "YAML 1.2"),
  };
}
