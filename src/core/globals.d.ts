/**
 * The globals that the pure rings may use beyond ECMAScript itself: WebAssembly, and the text
 * codecs in `encoding.d.ts`. `lib: esnext` and `@types/node` lack the first, `lib: dom` lacks
 * stack switching and would bring a browser along. What is not named in these two files does not
 * exist for `core`: adding a line here is an architectural decision (see STYLE, "Facts tried").
 *
 * The shapes are those of V8 14.6, checked against the running engine.
 */
declare namespace WebAssembly {
  /** Bytes of a module. V8 copies them before it returns, shared ones too. */
  type Bytes = ArrayBufferView | ArrayBufferLike;

  type NumberType = "i32" | "i64" | "f32" | "f64";
  type ReferenceType = "anyfunc" | "externref";
  type ValueType = NumberType | ReferenceType | "v128";
  type ExternalKind = "function" | "global" | "memory" | "table" | "tag";

  /** A wasm function seen from outside: i64 is a bigint, a result list of several is an array. */
  type ExportedFunction = (...args: unknown[]) => unknown;
  type ExportValue = ExportedFunction | Global | Memory | Table | Tag;
  type Exports = Readonly<Record<string, ExportValue>>;

  /** Anything callable may be imported; a bare number, bigint or reference is a constant global. */
  type ImportValue =
    | ((...args: never[]) => unknown)
    | Suspending
    | Global
    | Memory
    | Table
    | Tag
    | number
    | bigint;
  type ModuleImports = Readonly<Record<string, ImportValue>>;
  type Imports = Readonly<Record<string, ModuleImports>>;

  interface ImportDescriptor {
    readonly module: string;
    readonly name: string;
    readonly kind: ExternalKind;
  }

  interface ExportDescriptor {
    readonly name: string;
    readonly kind: ExternalKind;
  }

  interface CompileOptions {
    readonly builtins?: readonly "js-string"[];
    readonly importedStringConstants?: string;
  }

  class Module {
    #nominal;
    constructor(bytes: Bytes, options?: CompileOptions);
    static imports(module: Module): ImportDescriptor[];
    static exports(module: Module): ExportDescriptor[];
    static customSections(module: Module, name: string): ArrayBuffer[];
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }

  function validate(bytes: Bytes, options?: CompileOptions): boolean;
  function compile(bytes: Bytes, options?: CompileOptions): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;

  /** Sizes are pages of 64 KiB: numbers, or bigints when `address` is "i64". */
  type MemoryDescriptor =
    | {
        readonly initial: number;
        readonly maximum?: number;
        readonly shared?: boolean;
        readonly address?: "i32";
      }
    | {
        readonly initial: bigint;
        readonly maximum?: bigint;
        readonly shared?: boolean;
        readonly address: "i64";
      };

  class Memory {
    constructor(descriptor: MemoryDescriptor);
    /** Another object after each growth, unless the memory is shared. */
    readonly buffer: ArrayBufferLike;
    /** Answers the size before, in pages: a bigint if the memory was made with address "i64". */
    grow(pages: number): number;
    grow(pages: bigint): bigint;
    toFixedLengthBuffer(): ArrayBufferLike;
    toResizableBuffer(): ArrayBufferLike;
  }

  type TableDescriptor =
    | {
        readonly element: ReferenceType;
        readonly initial: number;
        readonly maximum?: number;
        readonly address?: "i32";
      }
    | {
        readonly element: ReferenceType;
        readonly initial: bigint;
        readonly maximum?: bigint;
        readonly address: "i64";
      };

  class Table {
    constructor(descriptor: TableDescriptor, initialValue?: unknown);
    /** A bigint if the table was made with address "i64", as are indices and growth then. */
    readonly length: number | bigint;
    get(index: number | bigint): unknown;
    set(index: number | bigint, value?: unknown): void;
    grow(delta: number | bigint, initialValue?: unknown): number | bigint;
  }

  interface GlobalDescriptor {
    readonly value: NumberType | ReferenceType;
    readonly mutable?: boolean;
  }

  class Global {
    constructor(descriptor: GlobalDescriptor, value?: unknown);
    /** Throws a TypeError for a v128 global, whose value has no form in ECMAScript. */
    value: unknown;
    valueOf(): unknown;
  }

  class Tag {
    #nominal;
    constructor(type: { readonly parameters: readonly ValueType[] });
  }

  /** The tag that carries an ECMAScript value thrown through wasm. */
  const JSTag: Tag;

  /** What a wasm `throw` raises outside. It is no `Error`. */
  class Exception {
    constructor(tag: Tag, payload: readonly unknown[], options?: { readonly traceStack?: boolean });
    readonly stack: string | undefined;
    is(tag: Tag): boolean;
    getArg(tag: Tag, index: number): unknown;
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
  /** A suspending import was called with no `promising` frame below it. */
  class SuspendError extends Error {}

  /** An import whose promise, if it answers one, suspends the wasm stack that called it. */
  class Suspending {
    #nominal;
    constructor(callback: (...args: never[]) => unknown);
  }

  /** `callee` on a stack of its own: the promise settles once the call has returned or thrown. */
  function promising(callee: ExportedFunction): (...args: unknown[]) => Promise<unknown>;
}
