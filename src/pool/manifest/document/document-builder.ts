import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from "js-yaml";
import { describe, type MapEntry, type Node, quote, type ScalarNode } from "./node.ts";
import type { Problems } from "./problems.ts";
import type { Span } from "./source.ts";

/** What a node amounts to with all that aliases repeat in it. */
interface Weight {
  readonly nodes: number;
  readonly depth: number;
}

interface Bounds {
  readonly nodesMax: number;
  readonly depthMax: number;
}

/** A list or map that is not closed yet. */
interface OpenNode {
  readonly start: number;
  readonly anchor: string | undefined;
  /** A map's keys and values in turn. */
  readonly children: Node[];
  readonly kind: "list" | "map";
  nodes: number;
  depth: number;
}

type ScalarEvent = Extract<Event, { readonly type: typeof EVENT_ID.SCALAR }>;
type OpeningEvent = Extract<
  Event,
  { readonly type: typeof EVENT_ID.SEQUENCE | typeof EVENT_ID.MAPPING }
>;

/** Makes nodes of the parser's events, and finds what YAML allows and a manifest does not. */
export class DocumentBuilder {
  readonly #text: string;
  readonly #problems: Problems;
  readonly #bounds: Bounds;
  readonly #open: OpenNode[] = [];
  readonly #anchors = new Map<string, Node | "open">();
  /** Of what has an anchor and is more than one word. */
  readonly #weights = new Map<Node, Weight>();
  #root: Node | undefined;
  #documents = 0;
  #hasHoles = false;
  /** The end of what was seen last, for what has no place of its own. */
  #at = 0;

  constructor(text: string, around: { readonly problems: Problems; readonly bounds: Bounds }) {
    this.#text = text;
    this.#problems = around.problems;
    this.#bounds = around.bounds;
  }

  /** Takes the parser's next event. */
  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#startDocument();
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        this.#openNode(event);
        break;
      case EVENT_ID.SCALAR:
        this.#scalar(event);
        break;
      case EVENT_ID.ALIAS:
        this.#alias({ start: event.anchorStart, end: event.anchorEnd });
        break;
      case EVENT_ID.POP:
        this.#close();
        break;
    }
  }

  /** Whether something stands in the tree that is not in the text, for an alias that is wrong. */
  get hasHoles(): boolean {
    return this.#hasHoles;
  }

  /** The node of the only document: an empty word if there is none. */
  root(): Node {
    return this.#root ?? { kind: "scalar", text: "", isPlain: true, start: 0, end: 0 };
  }

  #startDocument(): void {
    this.#documents += 1;
    if (this.#documents !== 2) return;
    const dashes = this.#text.indexOf("\n---", Math.max(0, this.#at - 1));
    const start = dashes === -1 ? this.#at : dashes + 1;
    const found = "a second document";
    this.#add({ start, end: start + 3 }, { found, expected: "one in a file" });
  }

  #openNode(event: OpeningEvent): void {
    this.#refuseTag(event);
    const kind = event.type === EVENT_ID.SEQUENCE ? "list" : "map";
    const anchor = this.#anchorOf(event);
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    this.#open.push({ kind, start: event.start, anchor, children: [], nodes: 1, depth: 1 });
    this.#at = event.start + 1;
  }

  #scalar(event: ScalarEvent): void {
    this.#refuseTag(event);
    // What is left out, as after a key, stands where the text before it ended.
    const isAbsent = event.valueStart === -1;
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    const isQuoted =
      event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    const quoteLength = isQuoted ? 1 : 0;
    const node: ScalarNode = {
      kind: "scalar",
      text: isAbsent ? "" : getScalarValue(this.#text, event),
      isPlain,
      start: isAbsent ? this.#at : event.valueStart - quoteLength,
      end: isAbsent ? this.#at : event.valueEnd + quoteLength,
    };
    this.#at = node.end;
    const anchor = this.#anchorOf(event);
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    this.#put(node, { nodes: 1, depth: 0 });
  }

  #alias(span: Span): void {
    this.#at = span.end;
    const name = this.#text.slice(span.start, span.end);
    const target = this.#anchors.get(name);
    if (target === undefined || target === "open") {
      const expected =
        target === undefined ? "an anchor of that name before it" : "it outside of what it repeats";
      this.#refuseAlias(span, { found: `the alias ${quote(`*${name}`)}`, expected });
      return;
    }
    const weight = this.#weights.get(target) ?? { nodes: 1, depth: 0 };
    const { depthMax, nodesMax } = this.#bounds;
    const found = `what the alias ${quote(`*${name}`)} repeats`;
    if (this.#open.length + weight.depth > depthMax) {
      this.#refuseAlias(span, {
        found,
        expected: `at most ${depthMax} lists and maps in each other`,
      });
    } else if (this.#totalNodes() + weight.nodes > nodesMax) {
      this.#refuseAlias(span, { found, expected: `at most ${nodesMax} values in a file` });
    } else {
      this.#put(target, weight);
    }
  }

  #refuseAlias(span: Span, words: { readonly found: string; readonly expected: string }): void {
    this.#add(span, words);
    this.#hasHoles = true;
    this.#put({ kind: "scalar", text: "", isPlain: true, ...span }, { nodes: 1, depth: 0 });
  }

  /** What is open now comes to at least this many nodes. */
  #totalNodes(): number {
    return this.#open.reduce((sum, { nodes }) => sum + nodes, 0);
  }

  #close(): void {
    const open = this.#open.pop();
    if (open === undefined) return; // The end of the document.
    const span = { start: open.start, end: Math.max(this.#at, open.start + 1) };
    const node: Node =
      open.kind === "list"
        ? { kind: "list", items: open.children, ...span }
        : { kind: "map", entries: this.#entriesOf(open.children), ...span };
    if (open.anchor !== undefined) {
      this.#anchors.set(open.anchor, node);
      this.#weights.set(node, open);
    }
    this.#put(node, open);
  }

  #put(node: Node, { nodes, depth }: Weight): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      this.#root ??= node;
      return;
    }
    parent.children.push(node);
    parent.nodes += nodes;
    parent.depth = Math.max(parent.depth, depth + 1);
  }

  #entriesOf(children: readonly Node[]): ReadonlyMap<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (let index = 0; index + 1 < children.length; index += 2) {
      const [key, value] = children.slice(index, index + 2);
      if (key === undefined || value === undefined) break;
      if (key.kind !== "scalar") {
        this.#add(headOf(key), { found: `${describe(key)} as a key`, expected: "a word" });
      } else if (entries.has(key.text)) {
        const found = `the key ${quote(key.text)} a second time`;
        this.#add(key, { found, expected: "each key once in a map" });
      } else {
        entries.set(key.text, { key, value });
      }
    }
    return entries;
  }

  #anchorOf({ anchorStart, anchorEnd }: OpeningEvent | ScalarEvent): string | undefined {
    return anchorStart === -1 ? undefined : this.#text.slice(anchorStart, anchorEnd);
  }

  #refuseTag({ tagStart, tagEnd }: OpeningEvent | ScalarEvent): void {
    if (tagStart === -1) return;
    const found = `the tag ${quote(this.#text.slice(tagStart, tagEnd))}`;
    this.#add({ start: tagStart, end: tagEnd }, { found, expected: "a value without a tag" });
  }

  #add({ start, end }: Span, words: { readonly found: string; readonly expected: string }): void {
    this.#problems.add({ span: { start, end }, path: "", ...words });
  }
}

/** Where a list or map begins; carets below all of it would say less. */
function headOf({ start }: Span): Span {
  return { start, end: start + 1 };
}
