import { nearest } from "#core/base";
import { kindOf, type MapEntry, type Node, quote } from "#pool/manifest/document";
import { type At, atKey, type JsonSchema, refuse, type Shape } from "./shape.ts";

/** How a value is written as one word or text. */
export interface TextForm<T> {
  /** `undefined` for a text that is none of these; or words that say what was expected instead. */
  readonly parse: (text: string) => T | Unreadable | undefined;
  readonly expected: string;
  /** Stands in for what could not be read. */
  readonly fallback: T;
  /** Whether `8080` and `true` are taken as they are written, without quotes. */
  readonly takesNumbers?: boolean;
  readonly schema: JsonSchema;
}

/** Why a text was not taken, if more is to be said than what is expected. */
export interface Unreadable {
  readonly expected: string;
}

/** A word or text that is written in a certain form. */
export function text<T extends string | number | object>(form: TextForm<T>): Shape<T> {
  return {
    standIn: () => form.fallback,
    schema: () => form.schema,
    read(node, at) {
      const kind = kindOf(node);
      const isTaken =
        kind === "text" ||
        (form.takesNumbers === true && (kind === "number" || kind === "boolean"));
      const value = isTaken && node.kind === "scalar" ? form.parse(node.text) : undefined;
      if (value !== undefined && !isUnreadable(value)) return value;
      refuse(node, at, { expected: value?.expected ?? form.expected });
      return form.fallback;
    },
  };
}

function isUnreadable(value: object | string | number): value is Unreadable {
  return typeof value === "object" && "expected" in value;
}

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly [Word, ...Word[]]): Shape<Word> {
  const quoted = words.map(quote);
  const expected = `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
  return {
    standIn: () => words[0],
    schema: () => ({ enum: words }),
    read(node, at) {
      const typed = node.kind === "scalar" ? node.text : undefined;
      const word = words.find((one) => one === typed);
      if (word !== undefined) return word;
      const near = nearest(typed ?? "", words);
      refuse(node, at, { expected, meant: near === undefined ? near : quote(near) });
      return words[0];
    },
  };
}

/** Any number of one shape, in order. */
export function list<T>(
  of: Shape<T>,
  words: { readonly expected: string; readonly itemsMax: number },
): Shape<readonly T[]> {
  const { expected, itemsMax } = words;
  return {
    standIn: () => [],
    schema: () => ({ type: "array", items: of.schema(), maxItems: itemsMax }),
    read(node, at) {
      if (node.kind !== "list") {
        refuse(node, at, { expected });
        return [];
      }
      if (node.items.length > itemsMax) {
        refuse(node, at, { found: `${node.items.length} items`, expected: `at most ${itemsMax}` });
      }
      return node.items.map((item, index) => of.read(item, atItem(at, index)));
    },
  };
}

function atItem({ path, problems }: At, index: number): At {
  return { path: `${path}[${index}]`, problems };
}

/** Things of one shape under names that the file gives them, in the order of the file. */
export function named<T>(
  of: Shape<T>,
  words: {
    readonly name: Shape<string>;
    readonly expected: string;
    readonly entriesMax: number;
  },
): Shape<readonly (readonly [name: string, value: T, entry: MapEntry])[]> {
  const { name, expected, entriesMax } = words;
  return {
    standIn: () => [],
    schema: () => ({
      type: "object",
      propertyNames: name.schema(),
      additionalProperties: of.schema(),
      maxProperties: entriesMax,
    }),
    read(node: Node, at) {
      if (node.kind !== "map") {
        refuse(node, at, { expected });
        return [];
      }
      if (node.entries.size > entriesMax) {
        refuse(node, at, {
          found: `${node.entries.size} of them`,
          expected: `at most ${entriesMax}`,
        });
      }
      return [...node.entries.values()].map((entry) => {
        const key = name.read(entry.key, at);
        return [key, of.read(entry.value, atKey(at, entry.key.text)), entry] as const;
      });
    },
  };
}
