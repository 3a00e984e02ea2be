import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  assemble,
  custom,
  exportOf,
  functionType,
  importOf,
  type ModuleParts,
  Type,
} from "#core/machine/assembler";
import { freeze, link } from "./mod.ts";

const { i32 } = Type;
const Op = { call: 0x10, callIndirect: 0x11, get: 0x20, globalGet: 0x23, globalSet: 0x24 } as const;
const load = [0x28, 2, 0];
const store = [0x36, 2, 0];
const add = 0x6a;
const constant = (value: number): readonly number[] => [0x41, value];

/** `twice` and a slot for it; nobody calls `idle`. */
const program: ModuleParts = {
  types: [functionType([i32], [i32]), functionType([], [])],
  functions: [
    { type: 1, code: [] },
    { type: 0, code: [Op.get, 0, Op.get, 0, add] },
  ],
  tables: [[0x70, 0, 2]],
  memories: [[0, 1]],
  globals: [[i32, 1, ...constant(48), 0x0b]],
  exports: [
    exportOf("memory", "memory", 0),
    exportOf("__stack_pointer", "global", 0),
    exportOf("idle", "function", 0),
    exportOf("twice", "function", 1),
  ],
  elements: [[0, ...constant(1), 0x0b, 1, 1]],
};

/** What libraries import, in this order; functions come behind. */
const shared = [
  importOf("env", "memory", "memory", [0, 1]),
  importOf("env", "__indirect_function_table", "table", [0x70, 0, 0]),
  importOf("env", "__stack_pointer", "global", [i32, 1]),
  importOf("env", "__memory_base", "global", [i32, 0]),
  importOf("env", "__table_base", "global", [i32, 0]),
  importOf("GOT.func", "twice", "global", [i32, 1]),
];
const base = [Op.globalGet, 1];
const addressOfTwice = [Op.globalGet, 3];

/** 16 bytes of memory and one slot, as `dylink.0` asks for them. */
const dylink = custom("dylink.0", [1, 4, 16, 2, 1, 0]);

function library(parts: ModuleParts): Uint8Array {
  return assemble({
    types: [functionType([i32], [i32]), functionType([], [i32])],
    globals: [[i32, 1, ...constant(5), 0x0b]],
    data: [[0, ...base, 0x0b, 1, 7]],
    customs: [dylink],
    ...parts,
  });
}

type Numbers = (...numbers: number[]) => number;

function run(bytes: Uint8Array, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}

suite("linking", () => {
  const answering = library({
    imports: [
      ...shared,
      importOf("env", "twice", "function", [0]),
      importOf("outside", "ask", "function", [1]),
      importOf("env", "nobody", "function", [1]),
    ],
    functions: [
      // The byte of its own data, doubled by name, and once more through the table.
      { type: 1, code: [...base, ...load, Op.call, 0, ...addressOfTwice, Op.callIndirect, 0, 0] },
      { type: 1, code: [Op.call, 1] },
      { type: 1, code: [Op.call, 2] },
      // A variable of its own, set to what it is and one more.
      {
        type: 1,
        code: [Op.globalGet, 4, ...constant(1), add, Op.globalSet, 4, Op.globalGet, 4],
      },
      // As well in the memory.
      { type: 1, code: [...base, ...constant(42), ...store, ...base] },
    ],
    exports: ["answer", "ask", "fall", "count", "write"].map((name, place) =>
      exportOf(name, "function", 3 + place),
    ),
  });
  const parts = [
    ["program", assemble(program)],
    ["library", answering],
  ] as const;
  const exports = ["answer", "ask", "fall", "count", "write"];
  const outside = { outside: { ask: () => 99 } };

  test("joins calls by name, through addresses, and to the outside", () => {
    const linked = run(link({ parts, exports }), outside);
    assert.equal((linked["answer"] as Numbers)(), 28);
    assert.equal((linked["ask"] as Numbers)(), 99);
  });

  test("lets a function trap that nobody has", () => {
    const linked = run(link({ parts, exports }), outside);
    assert.throws(() => (linked["fall"] as Numbers)(), WebAssembly.RuntimeError);
  });

  test("puts a library's memory behind the program's, and its slots", () => {
    const linked = run(link({ parts, exports }), outside);
    assert.equal((linked["write"] as Numbers)(), 65_536);
  });

  test("keeps imports only that somebody calls", () => {
    const module = new WebAssembly.Module(link({ parts, exports: ["answer"] }));
    assert.deepEqual(WebAssembly.Module.imports(module), []);
  });

  test("puts one function in another's place", () => {
    const options = { parts, exports, replace: () => new Map([[1, "same"]]) };
    assert.throws(() => link(options), /a library has same/);
    const same = library({
      imports: shared,
      functions: [{ type: 0, code: [Op.get, 0] }],
      exports: [exportOf("same", "function", 0)],
    });
    const [first, last] = parts;
    const linked = run(link({ ...options, parts: [first, ["same", same], last] }), outside);
    assert.equal((linked["answer"] as Numbers)(), 7);
  });

  test("refuses what it does not understand", () => {
    const passive = library({ data: [[1, 1, 7]], imports: shared });
    assert.throws(
      () => link({ parts: [parts[0], ["library", passive]], exports: [] }),
      /data goes/,
    );
  });

  test("freezes memory and variables as they are", () => {
    const bytes = link({ parts, exports });
    const first = run(bytes, outside);
    (first["count"] as Numbers)();
    (first["write"] as Numbers)();
    const frozen = freeze(bytes, first);
    const second = run(frozen, outside);
    assert.equal((second["count"] as Numbers)(), 7);
    assert.equal(new Uint8Array((second["memory"] as WebAssembly.Memory).buffer)[65_536], 42);
    const names = WebAssembly.Module.exports(new WebAssembly.Module(frozen)).map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ["memory", ...exports], "variables are not exported any more");
  });
});
