const depthMax = 3;
const itemsMax = 100;
const lineLengthMax = 76;

/** A value as text, much as Node prints it. Never throws. */
export function inspect(value: unknown, traceOf: (error: Error) => string): string {
  try {
    return new Inspection(traceOf).show(value, 0);
  } catch {
    return "[a value that cannot be shown]";
  }
}

class Inspection {
  readonly #traceOf: (error: Error) => string;
  readonly #within = new Set<object>();

  constructor(traceOf: (error: Error) => string) {
    this.#traceOf = traceOf;
  }

  show(value: unknown, depth: number): string {
    switch (typeof value) {
      case "string":
        return depth === 0 ? value : quoted(value);
      case "bigint":
        return `${value}n`;
      case "symbol":
        return value.toString();
      case "function":
        return functionText(value);
      case "object":
        return value === null ? "null" : this.#object(value, depth);
      default:
        return Object.is(value, -0) ? "-0" : String(value);
    }
  }

  #object(value: object, depth: number): string {
    if (this.#within.has(value)) return "[Circular]";
    if (value instanceof Error) return this.#error(value, depth);
    if (value instanceof Date) {
      return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    }
    if (value instanceof RegExp) return String(value);
    if (value instanceof URL) return `URL ${quoted(value.href)}`;
    if (depth > depthMax) return Array.isArray(value) ? "[Array]" : `[${nameOf(value)}]`;
    this.#within.add(value);
    try {
      return this.#parts(value, depth);
    } finally {
      this.#within.delete(value);
    }
  }

  #error(error: Error, depth: number): string {
    const trace = this.#traceOf(error);
    if (depth > depthMax) return `[${trace.split("\n")[0]}]`;
    this.#within.add(error);
    try {
      const entries = Object.keys(error).map(
        (key) => `${keyText(key)}: ${this.#property(error, key, depth)}`,
      );
      for (const key of ["cause", "errors"]) {
        if (!Object.hasOwn(error, key) || Object.keys(error).includes(key)) continue;
        entries.push(`[${key}]: ${this.#property(error, key, depth)}`);
      }
      if (entries.length === 0) return trace;
      return `${trace} {\n  ${entries.join(",\n").replaceAll("\n", "\n  ")}\n}`;
    } finally {
      this.#within.delete(error);
    }
  }

  #parts(value: object, depth: number): string {
    if (Array.isArray(value)) return this.#list("", "[", "]", this.#items(value, depth));
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      const items = this.#items([...(value as unknown as Iterable<unknown>)], depth);
      return this.#list(`${nameOf(value)}(${items.length}) `, "[", "]", items);
    }
    if (value instanceof Map) {
      const items = this.#take(value).map(
        ([key, item]) => `${this.show(key, depth + 1)} => ${this.show(item, depth + 1)}`,
      );
      return this.#list(`Map(${value.size}) `, "{", "}", items);
    }
    if (value instanceof Set) {
      return this.#list(`Set(${value.size}) `, "{", "}", this.#items([...value], depth));
    }
    if (value instanceof Promise) return "Promise {}";
    const name = nameOf(value);
    const entries = Object.keys(value).map(
      (key) => `${keyText(key)}: ${this.#property(value, key, depth)}`,
    );
    return this.#list(name === "Object" ? "" : `${name} `, "{", "}", entries);
  }

  #property(value: object, key: string, depth: number): string {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property?.get !== undefined) return "[Getter]";
    return this.show(property?.value, depth + 1);
  }

  #items(list: readonly unknown[], depth: number): string[] {
    return this.#take(list).map((item) => this.show(item, depth + 1));
  }

  #take<T>(all: Iterable<T>): T[] {
    const items: T[] = [];
    for (const item of all) if (items.push(item) >= itemsMax) break;
    return items;
  }

  #list(before: string, open: string, close: string, items: readonly string[]): string {
    if (items.length === 0) return `${before}${open}${close}`;
    const inner = items.join(", ");
    if (inner.length <= lineLengthMax && !inner.includes("\n")) {
      return open === "[" ? `${before}[ ${inner} ]` : `${before}${open} ${inner} ${close}`;
    }
    const lines = items.map((item) => `  ${item.replaceAll("\n", "\n  ")}`);
    return `${before}${open}\n${lines.join(",\n")}\n${close}`;
  }
}

function quoted(text: string): string {
  return text.includes("'")
    ? JSON.stringify(text)
    : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;
}

function keyText(key: string): string {
  return /^[\w$]+$/.test(key) ? key : quoted(key);
}

function functionText(value: { readonly name?: unknown }): string {
  const name = typeof value.name === "string" ? value.name : "";
  // The prototype of a class cannot be assigned to; there is no source to look at.
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
  if (prototype?.writable === false) return `[class ${name === "" ? "(anonymous)" : name}]`;
  return name === "" ? "[Function (anonymous)]" : `[Function: ${name}]`;
}

function nameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return "[Object: null prototype]";
  const maker: unknown = (prototype as { readonly constructor?: unknown }).constructor;
  return typeof maker === "function" && maker.name !== "" ? maker.name : "Object";
}
