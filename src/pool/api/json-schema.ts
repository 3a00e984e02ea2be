/** The part of JSON Schema (2020-12, as in OpenAPI 3.1) that the protocol is described in. */
export type JsonSchema =
  | Reference
  | StringSchema
  | NumberSchema
  | BooleanSchema
  | ListSchema
  | ObjectSchema
  | MapSchema;

/** To a row of the table of schemas. */
export interface Reference {
  readonly $ref: `#/components/schemas/${string}`;
}

export interface BooleanSchema {
  readonly type: "boolean";
  readonly description?: string;
}

export interface StringSchema {
  readonly type: "string";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** In UTF-16 units here, in characters for others: a bound, not a promise. */
  readonly maxLength?: number;
}

export interface NumberSchema {
  readonly type: "integer" | "number";
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ListSchema {
  readonly type: "array";
  readonly description?: string;
  readonly items: JsonSchema;
}

/** Fields that are not named here are no mistake: whoever does not know them leaves them out. */
export interface ObjectSchema {
  readonly type: "object";
  readonly description?: string;
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

/** Any keys, all of one kind. */
export interface MapSchema {
  readonly type: "object";
  readonly description?: string;
  readonly additionalProperties: JsonSchema;
}

export type SchemaTable = Readonly<Record<string, JsonSchema>>;

/** What a value of `T` is described with. A text of few words has all of them, by `words`. */
export type SchemaOf<T> =
  | Of<T, Reference>
  | ([T] extends [string]
      ? string extends T
        ? StringSchema
        : Of<T, StringSchema>
      : [T] extends [number]
        ? NumberSchema
        : [T] extends [boolean]
          ? BooleanSchema
          : T extends readonly (infer Item)[]
            ? { readonly type: "array"; readonly items: SchemaOf<Item> }
            : string extends keyof T
              ? Omit<MapSchema, "additionalProperties"> & {
                  readonly additionalProperties: SchemaOf<T[keyof T]>;
                }
              : Of<T, ObjectSchema>);

/** A schema that remembers, for the compiler only, of what type it is. */
export type Of<T, Schema> = Schema & { readonly of?: T };

type OptionalKeys<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? K : never;
}[keyof T];

type Fields<T, Keys extends keyof T> = {
  readonly [K in Keys]-?: SchemaOf<Exclude<T[K], undefined>>;
};

/** An object with just the fields of `T`: a type error where one lacks, or is of another kind. */
export function object<T>(
  required: Fields<T, Exclude<keyof T, OptionalKeys<T>>>,
  ...optional: [OptionalKeys<T>] extends [never] ? [] : [Fields<T, OptionalKeys<T>>]
): Of<T, ObjectSchema> {
  const properties = Object.assign({}, required, ...optional);
  return { type: "object", properties, required: Object.keys(required) };
}

/** One of the words of `T`, all of which are given. */
export function words<T extends string>(all: Readonly<Record<T, "">>): Of<T, StringSchema> {
  return { type: "string", enum: Object.keys(all) };
}
