import { nearest } from "#core/base";
import { type MapEntry, type MapNode, type Node, quote } from "#pool/manifest/document";
import { type At, atKey, refuse, type Shape } from "./shape.ts";

/** A field without a default has to be there. */
interface Field<T> {
  readonly shape: Shape<T>;
  readonly default?: T;
  /** One line for editors and the manual. */
  readonly meaning: string;
  /** What the field is called elsewhere, so that whoever writes that is told the name here. */
  readonly elsewhere?: readonly string[];
}

/** The fields of a record by their keys, in the order in which they are told. */
export type Fields<T> = { readonly [Key in keyof T & string]: Field<T[Key]> };

export type RecordValue = { readonly [key: string]: unknown };

/** A shape whose keys are known. */
export interface RecordShape<T> extends Shape<T> {
  readonly fields: Fields<T>;
}

/** Keys of which just one is to be there. Expects that all have defaults. */
interface Choice<T> {
  readonly oneOf?: readonly (keyof T & string)[];
}

/** A map with known keys. `called` is what messages call it: "a process". */
export function record<T extends object>(
  called: string,
  fields: Fields<T>,
  { oneOf = [] }: Choice<T> = {},
): RecordShape<T> {
  const rows = Object.entries<Field<unknown>>(fields);
  return {
    fields,
    schema: () => ({
      type: "object",
      properties: Object.fromEntries(rows.map(([key, field]) => [key, schemaOf(field)])),
      required: rows.filter(([, field]) => !("default" in field)).map(([key]) => key),
      additionalProperties: false,
      ...(oneOf.length === 0 ? {} : { oneOf: oneOf.map((key) => ({ required: [key] })) }),
    }),
    standIn: (node) => assemble<T>(rows, (_key, field) => valueWithout(field, node)),
    read(node, at) {
      if (node.kind !== "map") {
        refuse(node, at, { expected: `${called}: a map with ${someOf(Object.keys(fields))}` });
        return this.standIn(node);
      }
      for (const [key, entry] of node.entries) {
        if (!Object.hasOwn(fields, key)) refuseKey(entry, at, { called, fields });
      }
      if (oneOf.length > 0) checkChoice(node, at, { called, oneOf });
      return assemble<T>(rows, (key, field) => {
        const entry = node.entries.get(key);
        if (entry !== undefined) return field.shape.read(entry.value, atKey(at, key));
        if (!("default" in field)) {
          refuse(node, at, { found: `${called} without "${key}"`, expected: `"${key}" in it` });
        }
        return valueWithout(field, node);
      });
    },
  };
}

function checkChoice(
  node: MapNode,
  at: At,
  { called, oneOf }: { readonly called: string; readonly oneOf: readonly string[] },
): void {
  const given = oneOf.flatMap((key) => node.entries.get(key) ?? []);
  if (given.length === 0) {
    const found = `${called} without ${oneOf.map(quote).join(" or ")}`;
    refuse(node, at, { found, expected: "one of them in it" });
  }
  for (const { key } of given.slice(1)) {
    const names = given.map((entry) => quote(entry.key.text)).join(" and ");
    refuse(key, atKey(at, key.text), { found: names, expected: "one of them" });
  }
}

function someOf(keys: readonly string[]): string {
  return keys.length <= 3 ? keys.join(", ") : `${keys.slice(0, 3).join(", ")} and so on`;
}

function assemble<T>(
  rows: readonly (readonly [key: string, field: Field<unknown>])[],
  valueOf: (key: string, field: Field<unknown>) => unknown,
): T {
  return Object.fromEntries(rows.map(([key, field]) => [key, valueOf(key, field)])) as T;
}

function valueWithout(field: Field<unknown>, node: Node): unknown {
  return "default" in field ? field.default : field.shape.standIn(node);
}

function schemaOf(field: Field<unknown>): RecordValue {
  return { description: field.meaning, ...field.shape.schema() };
}

function refuseKey(
  { key }: MapEntry,
  at: At,
  record: { readonly called: string; readonly fields: object },
): void {
  const keys = Object.keys(record.fields);
  const meant = meantBy(key.text, record.fields);
  refuse(key, at, {
    found: `the key ${quote(key.text)}`,
    expected: meant === undefined ? `one of ${keys.join(", ")}` : `a key of ${record.called}`,
    meant: meant === undefined ? undefined : quote(meant),
  });
}

/** The key that `typed` stands for elsewhere, or one level deeper, or is a slip of. */
function meantBy(typed: string, fields: object): string | undefined {
  const rows = Object.entries<Field<unknown>>({ ...fields });
  const elsewhere = rows.find(([, field]) => field.elsewhere?.includes(typed));
  if (elsewhere !== undefined) return elsewhere[0];
  const outer = rows.find(([, { shape }]) => "fields" in shape && hasKey(shape.fields, typed));
  if (outer !== undefined) return `${outer[0]}.${typed}`;
  return nearest(
    typed,
    rows.map(([key]) => key),
  );
}

function hasKey(fields: unknown, key: string): boolean {
  return typeof fields === "object" && fields !== null && Object.hasOwn(fields, key);
}
