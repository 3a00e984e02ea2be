import { cloneKey } from "#prelude/crypto";
import { native } from "#prelude/engine";
import { Blob, File } from "#prelude/message";

type Copied = Map<object, object | undefined>;

/** Copies an object that is made of nothing else, or begins with a copy that is filled later. */
type Copier = (value: never, cloning: Cloning) => object;

const refused = new Set<object>([
  ...[WeakMap, WeakSet, WeakRef, Promise, FinalizationRegistry, Symbol].map(
    ({ prototype }) => prototype,
  ),
  // Classes without a name: generators are of them through the prototype of their function.
  Object.getPrototypeOf(function* () {}.prototype) as object,
  Object.getPrototypeOf(async function* () {}.prototype) as object,
  ...[
    [].values(),
    [].values().map(String),
    new Map().keys(),
    new Set().keys(),
    ""[Symbol.iterator](),
    "".matchAll(/./g),
  ].map((iterator) => Object.getPrototypeOf(iterator) as object),
]);

/** Objects of these classes are not copied, nor are those of classes that extend them. */
export function refuseToClone(classes: Iterable<{ readonly prototype: object }>): void {
  const copied = new Set<unknown>(copiers.map(([Class]) => Class.prototype));
  for (const { prototype } of classes) if (!copied.has(prototype)) refused.add(prototype);
}

export function structuredClone(
  value: unknown,
  options: { readonly transfer?: Iterable<unknown> } = {},
): unknown {
  const moved = [...(options.transfer ?? [])].map(movable);
  if (new Set(moved).size < moved.length) throw refusal("what is transferred twice");
  if (moved.length === 0) return new Cloning(new Map()).whole(value);
  // Nothing is moved before it is known that all the rest can be copied.
  const trial = new Cloning(new Map(moved.map((buffer) => [buffer, undefined])));
  trial.whole(value);
  const there = moved.map((buffer): [object, object] => [buffer, buffer.transfer()]);
  return new Cloning(new Map(there), trial.shapes).whole(value);
}

function movable(buffer: unknown): ArrayBuffer {
  if (!(buffer instanceof ArrayBuffer))
    throw refusal("what is no ArrayBuffer, by transferring it,");
  return attached(buffer);
}

function attached(buffer: ArrayBuffer): ArrayBuffer {
  if (buffer.detached) throw refusal("an ArrayBuffer that was transferred");
  return buffer;
}

class Cloning {
  /** Where views were: those of a buffer that is moved lose it. */
  readonly shapes: Map<View, Shape>;
  /** What was copied already; `undefined` for what is to be moved, when that is only tried. */
  readonly #copied: Copied;
  /** What is still to be filled: how deep a value is nested takes no stack. */
  readonly #waiting: (() => void)[] = [];

  constructor(copied: Copied, shapes = new Map<View, Shape>()) {
    this.#copied = copied;
    this.shapes = shapes;
  }

  whole(value: unknown): unknown {
    const copy = this.clone(value);
    for (let fill = this.#waiting.pop(); fill !== undefined; fill = this.#waiting.pop()) fill();
    return copy;
  }

  /** The copy, which may still have to be filled. */
  clone(value: unknown): unknown {
    if (typeof value === "function") throw refusal("a function");
    if (typeof value === "symbol") throw refusal("a symbol");
    if (typeof value !== "object" || value === null) return value;
    if (this.#copied.has(value)) return this.#copied.get(value);
    if (native.isProxy(value)) throw refusal("a Proxy");
    return this.#object(value);
  }

  later(fill: () => void): void {
    this.#waiting.push(fill);
  }

  #object(value: object): object {
    const copy = this.#begun(value);
    this.#copied.set(value, copy);
    return copy;
  }

  #begun(value: object): object {
    if (Array.isArray(value)) {
      const copy: unknown[] = [];
      copy.length = value.length;
      return this.#filled(value, copy);
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      const found = copiers.find(([Class]) => value instanceof Class);
      if (found !== undefined) return found[1](value as never, this);
      const name = refusedName(value);
      if (name !== undefined) throw refusal(`an object of ${name}`);
    }
    return this.#filled(value, {});
  }

  #filled(value: object, copy: object): object {
    const how = { writable: true, enumerable: true, configurable: true };
    this.later(() => {
      for (const key of Object.keys(value)) {
        const item = this.clone((value as Record<string, unknown>)[key]);
        Object.defineProperty(copy, key, { value: item, ...how });
      }
    });
    return copy;
  }
}

function refusedName(value: object): string | undefined {
  let prototype: object | null = Object.getPrototypeOf(value) as object;
  for (; prototype !== null; prototype = Object.getPrototypeOf(prototype) as object | null) {
    if (refused.has(prototype)) return tagOf(prototype);
  }
  return undefined;
}

function tagOf(prototype: object): string {
  return String((prototype as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]);
}

const errors: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function cloneError(error: Error, cloning: Cloning): Error {
  const name = String(error.name);
  const Made = Object.hasOwn(errors, name) ? (errors[name] as ErrorConstructor) : Error;
  const copy = new Made();
  const how = { writable: true, configurable: true, enumerable: false };
  cloning.later(() => {
    Object.defineProperty(copy, "stack", { value: `${error.stack}`, ...how });
    for (const key of ["message", "cause"]) {
      const property = Object.getOwnPropertyDescriptor(error, key);
      if (property === undefined || !("value" in property)) continue;
      const value: unknown = key === "cause" ? cloning.clone(property.value) : `${property.value}`;
      Object.defineProperty(copy, key, { value, ...how });
    }
  });
  return copy;
}

function cloneException(error: DOMException): DOMException {
  const copy = new DOMException(error.message, error.name);
  const { stack } = error as { readonly stack?: unknown };
  if (typeof stack !== "string") return copy;
  const how = { writable: true, configurable: true, enumerable: false };
  return Object.defineProperty(copy, "stack", { value: stack, ...how });
}

function cloneBuffer(buffer: ArrayBuffer): ArrayBuffer {
  const bytes = new Uint8Array(attached(buffer));
  if (!buffer.resizable) return bytes.slice().buffer;
  const copy = new ArrayBuffer(buffer.byteLength, { maxByteLength: buffer.maxByteLength });
  new Uint8Array(copy).set(bytes);
  return copy;
}

type View = Uint8Array | DataView<ArrayBufferLike>;
type Shape = readonly [byteOffset: number, length: number];
type ViewMaker = new (buffer: ArrayBuffer, from: number, length: number) => View;

const views = new Map<string, ViewMaker>(
  [
    BigInt64Array,
    BigUint64Array,
    Float32Array,
    Float64Array,
    Int16Array,
    Int32Array,
    Int8Array,
    Uint16Array,
    Uint32Array,
    Uint8Array,
    Uint8ClampedArray,
    Float16Array,
    DataView,
  ].map((Made) => [Made.name, Made as unknown as ViewMaker]),
);

function cloneView(view: View, cloning: Cloning): object {
  const length = view instanceof DataView ? view.byteLength : view.length;
  const shape = cloning.shapes.get(view) ?? [view.byteOffset, length];
  cloning.shapes.set(view, shape);
  const Made = views.get(view[Symbol.toStringTag]) as ViewMaker;
  const buffer = cloning.clone(view.buffer) as ArrayBuffer | undefined;
  return buffer === undefined ? {} : new Made(buffer, ...shape);
}

function cloneMap(map: Map<unknown, unknown>, cloning: Cloning): object {
  const copy = new Map();
  const entries = [...map];
  cloning.later(() => {
    for (const [key, item] of entries) copy.set(cloning.clone(key), cloning.clone(item));
  });
  return copy;
}

function cloneSet(set: Set<unknown>, cloning: Cloning): object {
  const copy = new Set();
  const items = [...set];
  cloning.later(() => {
    for (const item of items) copy.add(cloning.clone(item));
  });
  return copy;
}

function cloneFile(file: File): File {
  const { name, type, lastModified } = file;
  return new File([file], name, { type, lastModified });
}

const TypedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: View };

function copier<T extends object>(
  Class: { readonly prototype: T },
  copy: (value: T, cloning: Cloning) => object,
): readonly [new () => object, Copier] {
  return [Class as unknown as new () => object, copy as Copier];
}

/** In this order: a File is a Blob, a DOMException may be an Error. */
const copiers: readonly (readonly [new () => object, Copier])[] = [
  copier(Date, (date) => new Date(date.getTime())),
  copier(Map, cloneMap),
  copier(Set, cloneSet),
  copier(TypedArray, cloneView),
  copier(DataView, cloneView),
  copier(ArrayBuffer, cloneBuffer),
  copier(DOMException, cloneException),
  copier(Error, cloneError),
  copier(RegExp, ({ source, flags }) => new RegExp(source, flags)),
  copier(File, cloneFile),
  copier(Blob, (blob) => new Blob([blob], { type: blob.type })),
  copier(CryptoKey, cloneKey),
  copier(Number, (boxed) => new Object(boxed.valueOf())),
  copier(String, (boxed) => new Object(boxed.valueOf())),
  copier(Boolean, (boxed) => new Object(boxed.valueOf())),
  copier(BigInt, (boxed) => new Object(boxed.valueOf())),
];

function refusal(what: string): DOMException {
  return new DOMException(`${what} cannot be cloned`, "DataCloneError");
}
