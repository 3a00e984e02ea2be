import { assert, printable } from "#core/base";
import type {
  JsonSchema,
  ListSchema,
  MapSchema,
  NumberSchema,
  ObjectSchema,
  SchemaTable,
  StringSchema,
} from "./json-schema.ts";

/** What is told of a value's first mistake. */
export interface Mismatch {
  /** As in `images.worker`; empty for the value itself. */
  readonly at: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * The first thing in which `value`, as `JSON.parse` made it, is not what `schema` says. Goes only
 * as deep as the schema does.
 */
export function checkSchema(
  schema: JsonSchema,
  value: unknown,
  table: SchemaTable,
): Mismatch | undefined {
  return check(schema, value, { at: "", table });
}

interface Visit {
  readonly at: string;
  readonly table: SchemaTable;
}

function check(schema: JsonSchema, value: unknown, visit: Visit): Mismatch | undefined {
  if ("$ref" in schema) return check(referred(schema.$ref, visit.table), value, visit);
  switch (schema.type) {
    case "string":
      return typeof value === "string"
        ? checkText(schema, value, visit)
        : mismatch(visit, value, "a text");
    case "integer":
    case "number":
      return checkNumber(schema, value, visit);
    case "boolean":
      return typeof value === "boolean" ? undefined : mismatch(visit, value, "true or false");
    case "array":
      return Array.isArray(value)
        ? checkList(schema, value, visit)
        : mismatch(visit, value, "a list");
    default:
      return isObject(value)
        ? checkObject(schema, value, visit)
        : mismatch(visit, value, "an object");
  }
}

function referred(reference: string, table: SchemaTable): JsonSchema {
  const schema = table[reference.slice(reference.lastIndexOf("/") + 1)];
  assert(schema !== undefined, `the schema ${reference} exists`);
  return schema;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkText(schema: StringSchema, value: string, visit: Visit): Mismatch | undefined {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return mismatch(visit, value, `one of ${schema.enum.join(", ")}`);
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    const found = `${value.length} characters`;
    return { at: visit.at, found, expected: `${schema.maxLength} at most` };
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    return mismatch(visit, value, schema.description ?? `a text like ${schema.pattern}`);
  }
  return undefined;
}

function checkNumber(schema: NumberSchema, value: unknown, visit: Visit): Mismatch | undefined {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const isWhole = schema.type === "number" || Number.isInteger(value);
  if (typeof value === "number" && isWhole && value >= minimum && value <= maximum) {
    return undefined;
  }
  const kind = schema.type === "integer" ? "a whole number" : "a number";
  const from = schema.minimum === undefined ? "" : ` from ${minimum}`;
  const to = schema.maximum === undefined ? "" : ` to ${maximum}`;
  return mismatch(visit, value, `${kind}${from}${to}`);
}

function checkList(
  schema: ListSchema,
  value: readonly unknown[],
  visit: Visit,
): Mismatch | undefined {
  for (const [index, item] of value.entries()) {
    const found = check(schema.items, item, below(visit, `${index}`));
    if (found !== undefined) return found;
  }
  return undefined;
}

function checkObject(
  schema: ObjectSchema | MapSchema,
  value: Readonly<Record<string, unknown>>,
  visit: Visit,
): Mismatch | undefined {
  const fields =
    "properties" in schema
      ? Object.entries(schema.properties)
      : Object.keys(value).map((name) => [name, schema.additionalProperties] as const);
  const required = "properties" in schema ? schema.required : [];
  for (const [name, field] of fields) {
    const inside = below(visit, name);
    if (!Object.hasOwn(value, name)) {
      if (required.includes(name)) return { at: inside.at, found: "nothing", expected: "a value" };
      continue;
    }
    const found = check(field, value[name], inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function below({ at, table }: Visit, name: string): Visit {
  return { at: at === "" ? name : `${at}.${name}`, table };
}

/** So much of a wrong text is quoted. */
const quotedMax = 60;

function mismatch({ at }: Visit, value: unknown, expected: string): Mismatch {
  return { at, found: foundIn(value), expected };
}

function foundIn(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  const text = String(value);
  const quoted = printable(text.length > quotedMax ? `${text.slice(0, quotedMax)}…` : text);
  return typeof value === "string" ? `"${quoted}"` : quoted;
}
