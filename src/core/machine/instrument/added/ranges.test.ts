import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import fc from "fast-check";
import {
  assemble,
  type Bytes,
  bytesOf,
  exportOf,
  functionType,
  list,
  type ModuleParts,
  Type,
  u32,
} from "#core/machine/assembler";
import { instrument } from "#core/machine/instrument";
import { readModule } from "#core/machine/wasm";
import { bytesPerPiece, elementsPerPiece } from "./mod.ts";

const { i32, i64, funcref } = Type;
const end = 0x0b;
const pageBytes = 65_536;
const pages = 12;
const memoryBytes = pages * pageBytes;
const elements = 3 * elementsPerPiece + 100;

type Operand = number | bigint | string | null;

/** An instruction that works on a range, as the function `run` of a module. */
interface Case {
  readonly name: string;
  readonly parts: ModuleParts;
  readonly operands: fc.Arbitrary<readonly Operand[]>;
  /** Brings a new instance into the state that each run begins with. */
  readonly fill: (exports: WebAssembly.Exports) => void;
  /** What the instruction may have changed. */
  readonly state: (exports: WebAssembly.Exports) => unknown;
}

/** Numbers where something may go wrong, around these bounds. */
function around(perPiece: number, size: number): fc.Arbitrary<number> {
  const edges = [0, perPiece, 2 * perPiece, size - perPiece, size, 2 ** 31, 2 ** 32];
  const near = fc.tuple(fc.constantFrom(...edges), fc.integer({ min: -70, max: 70 }));
  return fc.oneof(
    near.map(([edge, by]) => Math.max(0, edge + by) % 2 ** 32),
    fc.nat(size),
    fc.nat(Math.floor(size / 2)),
    fc.nat(Math.floor(size / 3)),
  );
}

const address = around(bytesPerPiece, memoryBytes);
const index = around(elementsPerPiece, elements);
const wide = fc.oneof(
  { arbitrary: address.map(BigInt), weight: 9 },
  { arbitrary: fc.bigInt({ min: -9n, max: -1n }), weight: 1 },
);

/** Gets all parameters, and does the instruction. */
function run(parameters: readonly Bytes[], instruction: Bytes): ModuleParts {
  return {
    types: [[0x60, ...list(parameters), 0]],
    functions: [{ code: [...parameters.flatMap((_, local) => [0x20, local]), ...instruction] }],
    exports: [exportOf("run", "function", 0)],
  };
}

function pattern(length: number, factor: number): Uint8Array {
  return Uint8Array.from({ length }, (_, place) => (place * factor) >> 3);
}

const memoryNames = ["m0", "m1"];
const memoryPatterns = [pattern(memoryBytes, 5), pattern(memoryBytes, 7)];

function memoryCase(
  name: string,
  parts: ModuleParts,
  memories: readonly Bytes[],
  operands: fc.Arbitrary<readonly Operand[]>,
): Case {
  const views = (exports: WebAssembly.Exports): Uint8Array[] =>
    memoryNames
      .slice(0, memories.length)
      .map((each) => new Uint8Array((exports[each] as WebAssembly.Memory).buffer));
  const named = memories.map((_, place) => exportOf(memoryNames[place] ?? "", "memory", place));
  return {
    name,
    parts: { ...parts, memories, exports: [...(parts.exports ?? []), ...named] },
    operands,
    fill: (exports) =>
      views(exports).forEach((view, place) => view.set(memoryPatterns[place] as Uint8Array)),
    state: (exports) => views(exports).map((view) => createHash("sha1").update(view).digest("hex")),
  };
}

const narrowMemory: Bytes = [1, ...u32(pages), ...u32(pages)];
const wideMemory: Bytes = [5, ...u32(pages), ...u32(pages)];
const segment: Bytes = [1, ...bytesOf(Array.from(pattern(bytesPerPiece * 2 + 1000, 3)))];

const memoryCases: readonly Case[] = [
  memoryCase(
    "memory.fill",
    run([[i32], [i32], [i32]], [0xfc, 0x0b, 0]),
    [narrowMemory],
    fc.tuple(address, fc.nat(255), address),
  ),
  memoryCase(
    "memory.fill of a memory of 64 bits",
    run([[i64], [i32], [i64]], [0xfc, 0x0b, 0]),
    [wideMemory],
    fc.tuple(wide, fc.nat(255), wide),
  ),
  memoryCase(
    "memory.copy within a memory",
    run([[i32], [i32], [i32]], [0xfc, 0x0a, 0, 0]),
    [narrowMemory],
    fc.tuple(address, address, address),
  ),
  memoryCase(
    "memory.copy within a memory of 64 bits",
    run([[i64], [i64], [i64]], [0xfc, 0x0a, 0, 0]),
    [wideMemory],
    fc.tuple(wide, wide, wide),
  ),
  memoryCase(
    "memory.copy to a memory of 64 bits",
    run([[i64], [i32], [i32]], [0xfc, 0x0a, 1, 0]),
    [narrowMemory, wideMemory],
    fc.tuple(wide, address, address),
  ),
  memoryCase(
    "memory.init",
    { ...run([[i32], [i32], [i32]], [0xfc, 0x08, 0, 0]), data: [segment] },
    [narrowMemory],
    fc.tuple(address, around(bytesPerPiece, bytesPerPiece * 2 + 1000), address),
  ),
  memoryCase(
    "memory.init of a segment that was dropped",
    { ...run([[i32], [i32], [i32]], [0xfc, 0x09, 0, 0xfc, 0x08, 0, 0]), data: [segment] },
    [narrowMemory],
    fc.tuple(address, address, address),
  ),
];

const externref = 0x6f;

function tableCase(
  name: string,
  parts: ModuleParts,
  element: number,
  operands: fc.Arbitrary<readonly Operand[]>,
): Case {
  const table = (exports: WebAssembly.Exports): WebAssembly.Table =>
    exports["table"] as WebAssembly.Table;
  return {
    name,
    parts: {
      ...parts,
      tables: [[element, 1, ...u32(elements), ...u32(elements)]],
      exports: [...(parts.exports ?? []), exportOf("table", "table", 0)],
    },
    operands,
    fill(exports) {
      if (element !== externref) return;
      for (let place = 0; place < elements; place++) table(exports).set(place, place);
    },
    state: (exports) =>
      Array.from({ length: elements }, (_, place) => nameOf(table(exports).get(place))),
  };
}

/** A function is known by what it returns. */
function nameOf(element: unknown): unknown {
  return typeof element === "function" ? (element as () => unknown)() : element;
}

const returning = (value: number): Bytes => [0x41, value];
const threeFunctions: ModuleParts = {
  types: [functionType([i32, i32, i32], []), functionType([], [i32])],
  functions: [
    { code: [0x20, 0, 0x20, 1, 0x20, 2, 0xfc, 0x0c, 0, 0] },
    ...[1, 2, 3].map((value) => ({ type: 1, code: returning(value) })),
  ],
  exports: [exportOf("run", "function", 0)],
  elements: [[1, 0, ...list(Array.from({ length: elements }, (_, place) => [1 + (place % 3)]))]],
};

const tableCases: readonly Case[] = [
  tableCase(
    "table.fill",
    run([[i32], [externref], [i32]], [0xfc, 0x11, 0]),
    externref,
    fc.tuple(index, fc.constantFrom("a", null), index),
  ),
  tableCase(
    "table.copy",
    run([[i32], [i32], [i32]], [0xfc, 0x0e, 0, 0]),
    externref,
    fc.tuple(index, index, index),
  ),
  tableCase("table.init", threeFunctions, funcref, fc.tuple(index, index, index)),
];

/** Types of the modules with arrays. */
const Types = { array: 0, make: 1, at: 2, run: 3 };
const array: Bytes = [0x63, Types.array];

/**
 * Two arrays in globals: `make` makes them, `at0` and `at1` read them. `run` takes for each array
 * whether it is there, and the numbers between and behind.
 */
function arrayCase(
  name: string,
  options: {
    readonly storage: number;
    readonly parameters: Bytes;
    readonly code: Bytes;
    readonly segments?: Pick<ModuleParts, "data" | "elements">;
  },
  operands: fc.Arbitrary<readonly Operand[]>,
): Case {
  const { storage, parameters, code, segments } = options;
  const getter = storage === 0x77 ? [0xfb, 0x0d, 0] : [0xfb, 0x0b, 0];
  const read = storage === funcref ? [...getter, 0xd1] : getter;
  const make = [0x41, ...s32Of(elements), 0xfb, 0x07, 0];
  const at = (which: string) => (exports: WebAssembly.Exports) =>
    exports[which] as WebAssembly.ExportedFunction;
  return {
    name,
    parts: {
      types: [
        [0x5e, storage, 1],
        functionType([], []),
        functionType([i32], [i32]),
        functionType(parameters, []),
      ],
      globals: [0, 1].map(() => [...array, 1, 0xd0, Types.array, end]),
      functions: [
        { type: Types.make, code: [...make, 0x24, 0, ...make, 0x24, 1] },
        { type: Types.at, code: [0x23, 0, 0x20, 0, ...read] },
        { type: Types.at, code: [0x23, 1, 0x20, 0, ...read] },
        { type: Types.run, code },
      ],
      exports: ["make", "at0", "at1", "run"].map((each, place) =>
        exportOf(each, "function", place),
      ),
      ...segments,
    },
    operands,
    fill: (exports) => void at("make")(exports)(),
    state: (exports) =>
      ["at0", "at1"].map((which) =>
        Array.from({ length: elements }, (_, place) => at(which)(exports)(place)),
      ),
  };
}

function s32Of(value: number): Bytes {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...s32Of(value >> 7)];
}

/** An array, or null. */
const maybe = (global: number, local: number): Bytes => [
  0x20,
  local,
  0x04,
  ...array,
  0x23,
  global,
  0x05,
  0xd0,
  Types.array,
  end,
];
const isThere = fc.nat(9).map((chance) => (chance === 0 ? 0 : 1));
const words = { data: [[1, ...bytesOf(Array.from(pattern(2 * elements, 7)))]] };

const arrayCases: readonly Case[] = [
  arrayCase(
    "array.fill",
    {
      storage: 0x77,
      parameters: [i32, i32, i32, i32],
      code: [...maybe(0, 0), 0x20, 1, 0x20, 2, 0x20, 3, 0xfb, 0x10, 0],
    },
    fc.tuple(isThere, index, fc.nat(9000), index),
  ),
  arrayCase(
    "array.init_data",
    {
      storage: 0x77,
      parameters: [i32, i32, i32, i32],
      code: [...maybe(0, 0), 0x20, 1, 0x20, 2, 0x20, 3, 0xfb, 0x12, 0, 0],
      segments: words,
    },
    fc.tuple(isThere, index, fc.oneof(index, fc.nat(2 * elements)), index),
  ),
  arrayCase(
    "array.copy within an array",
    {
      storage: 0x77,
      parameters: [i32, i32, i32, i32, i32],
      code: [
        35,
        0,
        65,
        0,
        65,
        0,
        65,
        ...s32Of(elements),
        251,
        18,
        0,
        0,
        ...maybe(0, 0),
        32,
        1,
        ...maybe(0, 2),
        32,
        3,
        32,
        4,
        251,
        17,
        0,
        0,
      ],
      segments: words,
    },
    fc.tuple(isThere, index, isThere, index, index),
  ),
  arrayCase(
    "array.copy from one array to another",
    {
      storage: 0x77,
      parameters: [i32, i32, i32, i32, i32],
      code: [
        35,
        0,
        65,
        0,
        65,
        0,
        65,
        ...s32Of(elements),
        251,
        18,
        0,
        0,
        ...maybe(1, 0),
        32,
        1,
        ...maybe(0, 2),
        32,
        3,
        32,
        4,
        251,
        17,
        0,
        0,
      ],
      segments: words,
    },
    fc.tuple(isThere, index, isThere, index, index),
  ),
  arrayCase(
    "array.init_elem",
    {
      storage: funcref,
      parameters: [i32, i32, i32, i32],
      code: [...maybe(0, 0), 0x20, 1, 0x20, 2, 0x20, 3, 0xfb, 0x13, 0, 0],
      segments: { elements: [[1, 0, ...list(Array.from({ length: elements }, () => [3]))]] },
    },
    fc.tuple(isThere, index, index, index),
  ),
];

const noChecks = 0;
const checkAlways = 1;

/** What a module needs of the kernel, with memories like those it would have. */
function kernelOf(parts: ModuleParts, flagValue: number, yielded: () => void): WebAssembly.Imports {
  const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Int32Array(flag.buffer)[0] = flagValue;
  const noos: Record<string, WebAssembly.ImportValue> = {
    flag,
    yield: yielded,
    allocate: () => 2 ** 40,
  };
  for (const [place, limits] of (parts.memories ?? []).entries()) {
    noos[`memory${place}`] =
      limits === wideMemory
        ? new WebAssembly.Memory({ initial: BigInt(pages), maximum: BigInt(pages), address: "i64" })
        : new WebAssembly.Memory({ initial: pages, maximum: pages });
  }
  return { noos };
}

interface Subject {
  readonly exports: WebAssembly.Exports;
}

/** Does the instruction anew, and says what came of it. */
function outcomeOf(
  { exports }: Subject,
  { fill, state }: Case,
  operands: readonly Operand[],
): { readonly trap: string; readonly state: unknown } {
  fill(exports);
  let trap = "";
  try {
    (exports["run"] as WebAssembly.ExportedFunction)(...operands);
  } catch (error) {
    assert.ok(error instanceof WebAssembly.RuntimeError);
    trap = error.message;
  }
  return { trap, state: state(exports) };
}

function subjectsOf({ parts }: Case): readonly [plain: Subject, divided: Subject] {
  const bytes = assemble(parts);
  const divided = instrument(bytes, { checks: true, tableElementsMax: elements });
  assert.ok(readModule(divided).functions.length > readModule(bytes).functions.length + 1);
  return [
    new WebAssembly.Instance(new WebAssembly.Module(bytes)),
    new WebAssembly.Instance(
      new WebAssembly.Module(divided),
      kernelOf(parts, noChecks, () => undefined),
    ),
  ];
}

suite("instructions on ranges, divided", () => {
  for (const each of [...memoryCases, ...tableCases, ...arrayCases]) {
    test(`${each.name} does and traps as it would undivided`, () => {
      let [plain, divided] = subjectsOf(each);
      let doneCount = 0;
      // A segment that was dropped stays so: such a case needs new instances each time.
      const isDropping = each.name.includes("dropped");
      fc.assert(
        fc.property(each.operands, (operands) => {
          if (isDropping) [plain, divided] = subjectsOf(each);
          const expected = outcomeOf(plain, each, operands);
          if (expected.trap === "") doneCount += 1;
          assert.deepEqual(outcomeOf(divided, each, operands), expected);
        }),
        { numRuns: 30 },
      );
      assert.ok(isDropping || doneCount > 0, `${doneCount} did not trap`);
    });
  }

  test("a long one checks before each of its pieces, a short one once", () => {
    const fill = memoryCases[0] as Case;
    let yields = 0;
    const divided = instrument(assemble(fill.parts), { checks: true, tableElementsMax: 0 });
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(divided),
      kernelOf(fill.parts, checkAlways, () => (yields += 1)),
    );
    const yieldsOf = (lengthBytes: number): number => {
      yields = 0;
      (exports["run"] as WebAssembly.ExportedFunction)(0, 1, lengthBytes);
      return yields;
    };
    assert.equal(yieldsOf(bytesPerPiece) - yieldsOf(0), 0);
    assert.equal(yieldsOf(2 * bytesPerPiece + 1) - yieldsOf(0), 3);
  });

  test("one of a short constant length stays as it is", () => {
    const parts = run([], [0x41, 0, 0x41, 1, 0x41, 32, 0xfc, 0x0b, 0]);
    const bytes = assemble({ ...parts, memories: [narrowMemory] });
    const divided = instrument(bytes, { checks: true, tableElementsMax: 0 });
    assert.equal(readModule(divided).functions.length, readModule(bytes).functions.length + 1);
  });

  test("more pairs of ranges than any program has are refused", () => {
    const count = 40;
    const copies = Array.from({ length: count * count }, (_, pair) => [
      32,
      0,
      32,
      0,
      32,
      0,
      252,
      10,
      ...u32(pair % count),
      ...u32(Math.floor(pair / count)),
    ]);
    const bytes = assemble({
      types: [functionType([i32], [])],
      functions: [{ code: copies.flat() }],
      memories: Array.from({ length: count }, () => narrowMemory),
    });
    assert.ok(WebAssembly.validate(bytes));
    assert.throws(() => instrument(bytes, { checks: true, tableElementsMax: 0 }), {
      code: "WASM_UNSUPPORTED",
    });
  });
});
