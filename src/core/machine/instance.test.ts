import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  checkImports,
  instantiate,
  type Instance,
  MemoryPool,
  prepare,
  type Program,
  type Provided,
} from "#core/machine";
import type { PooledMemory } from "./memory-pool.ts";
import {
  assemble,
  exportOf,
  functionType,
  importOf,
  type ModuleParts,
  Type,
  u32,
} from "#core/machine/assembler";
import { defaultLimits, type ErrorCode, PlatformError } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const page = 65_536;
const host = simulatedHost({ seed: 1 });
const start = exportOf("_start", "function", 0);

interface Around {
  readonly modules?: ReadonlyMap<string, ReadonlyMap<string, Provided>>;
  readonly memory?: number;
  readonly isPreemptible?: boolean;
  readonly pool?: MemoryPool;
}

function make(parts: ModuleParts, around: Around = {}): Instance {
  const program = programOf(parts, around);
  return instantiate(program, {
    modules: around.modules ?? new Map(),
    limits: { ...defaultLimits, memory: around.memory ?? 10 * page },
    flag: host.watchdog.flag,
    pause: new WebAssembly.Suspending(() => undefined),
    allocate: () => 2 ** 20,
    pool: around.pool ?? new MemoryPool(),
  });
}

function programOf(parts: ModuleParts, around: Around = {}): Program {
  return prepare(
    assemble({ functions: [{ code: [] }], exports: [start], ...parts }),
    { codec: host.codec, clock: host.clock, blobs: undefined },
    {
      name: "tried",
      moduleBytesMax: 1e7,
      tableElementsMax: 1000,
      isPreemptible: around.isPreemptible ?? true,
    },
  );
}

function refuses(parts: ModuleParts, code: ErrorCode, around?: Around): string {
  try {
    make(parts, around);
  } catch (thrown) {
    assert.ok(thrown instanceof PlatformError, String(thrown));
    assert.equal(thrown.code, code, thrown.message);
    return thrown.message;
  }
  return assert.fail("it was made");
}

/** A function import, and a type to import it with. */
function importing(module: string, name: string): ModuleParts {
  return {
    types: [functionType([], []), functionType([Type.i32], [Type.i32])],
    imports: [importOf(module, name, "function", [1])],
    exports: [exportOf("_start", "function", 1)],
  };
}

function providing(type: string): ReadonlyMap<string, ReadonlyMap<string, Provided>> {
  return new Map([["given", new Map([["call", { type, value: (value: number) => value }]])]]);
}

suite("imports of an instance", () => {
  test("are found by module, name and type", () => {
    make(importing("given", "call"), { modules: providing("(i32) -> i32") });
  });

  test("are all named when they are missing", () => {
    const names = ["a", "b", "c"];
    const imports = names.map((name) => importOf("else", name, "function", [0]));
    imports.push(
      importOf("else", "d", "global", [Type.i32, 0]),
      importOf("e", "f", "table", [Type.funcref, 0, 0]),
    );
    const parts = { imports, exports: [exportOf("_start", "function", 3)] };
    const message = refuses(parts, "IMPORT_MISSING");
    for (const name of [
      "else.a (function)",
      "else.c (function)",
      "else.d (global)",
      "e.f (table)",
    ]) {
      assert.ok(message.includes(name), message);
    }
    const many = Array.from({ length: 7 }, (_, index) =>
      importOf("m", `n${index}`, "function", [0]),
    );
    const more = refuses({ imports: many, exports: [] }, "IMPORT_MISSING");
    assert.match(more, /m\.n4 \(function\) and 2 more/);
  });

  test("are missing under another type, which the message names", () => {
    const message = refuses(importing("given", "call"), "IMPORT_MISSING", {
      modules: providing("(i64) -> i32"),
    });
    assert.match(message, /given\.call \(\(i32\) -> i32\)/);
  });

  test("are looked at without an instance too", () => {
    const modules = providing("(i32) -> i32");
    checkImports(programOf(importing("given", "call")), { modules });
    const memory = importOf("any", "memory", "memory", [0, 1]);
    checkImports(programOf({ imports: [memory] }), { modules });
    for (const parts of [importing("given", "other"), importing("else", "call")]) {
      assert.throws(() => checkImports(programOf(parts), { modules }), {
        code: "IMPORT_MISSING",
        message: /"tried": it imports (given\.other|else\.call) /,
      });
    }
  });

  test("are missing under another kind", () => {
    const parts = { imports: [importOf("given", "call", "global", [Type.i32, 0])] };
    refuses(parts, "IMPORT_MISSING", { modules: providing("i32") });
  });

  test("reach nothing that every object has: no constructor, no prototype", () => {
    for (const [module, name] of [
      ["constructor", "constructor"],
      ["constructor", "getPrototypeOf"],
      ["toString", "call"],
      ["__proto__", "valueOf"],
      ["given", "constructor"],
      ["given", "__proto__"],
    ] as const) {
      refuses(importing(module, name), "IMPORT_MISSING", { modules: providing("(i32) -> i32") });
    }
  });

  test("leave no mark on the objects of everybody else, whatever a memory is called", () => {
    const names = ["__proto__", "constructor", "toString"];
    for (const module of names) {
      for (const name of names) {
        make({ imports: [importOf(module, name, "memory", [0, 1])] });
      }
    }
    assert.deepEqual(Object.keys(Object.prototype), []);
    assert.equal(typeof {}.toString, "function");
  });

  test("are refused by a reason, not an accident, when the engine does not link them", () => {
    const twice = [10, 1].map((pages) => importOf("env", "memory", "memory", [0, pages]));
    const message = refuses({ imports: twice }, "IMPORT_MISSING", { memory: 100 * page });
    assert.match(message, /cannot start "tried": .*"env" "memory"/);
  });
});

/** Code that grows each of these memories by one page until it is refused. */
function growingAll(...memories: readonly number[]): readonly number[] {
  return memories
    .flatMap((index) => [
      [0x03, 0x40, 0x41, 1, 0x40, index],
      [0x41, 0x7f, 0x47, 0x0d, 0, 0x0b],
    ])
    .flat();
}

suite("memories of an instance", () => {
  test("begin as large as declared and grow to the limit, not to their own maximum", async () => {
    const parts = {
      memories: [[1, 2, 100]],
      functions: [{ code: growingAll(0) }],
      exports: [start, exportOf("memory", "memory", 0)],
    };
    const limited = make(parts, { memory: 5 * page });
    assert.deepEqual([limited.memory.sizeBytes, limited.memoryBytes], [2 * page, 2 * page]);
    await limited.entry("_start")();
    assert.deepEqual([limited.memory.sizeBytes, limited.memoryBytes], [5 * page, 5 * page]);
    const declared = make({ ...parts, memories: [[1, 2, 4]] }, { memory: 50 * page });
    await declared.entry("_start")();
    assert.equal(declared.memoryBytes, 4 * page);
  });

  test("are refused when they are over the limit from the start, with both sizes", () => {
    const message = refuses({ memories: [[0, 4]] }, "MEMORY_OVER_LIMIT", { memory: 3 * page });
    assert.match(message, /"tried".*256 KiB.*192 KiB/);
    make({ memories: [[0, 3]] }, { memory: 3 * page });
    make({ memories: [[0, 0]] }, { memory: 0 });
  });

  test("share the limit when there are several", async () => {
    refuses(
      {
        memories: [
          [0, 2],
          [0, 2],
        ],
      },
      "MEMORY_OVER_LIMIT",
      { memory: 3 * page },
    );
    const instance = make(
      {
        memories: [
          [0, 1],
          [1, 0, 1],
          [0, 0],
        ],
        functions: [{ code: growingAll(0, 1, 2) }],
      },
      { memory: 10 * page },
    );
    await instance.entry("_start")();
    assert.ok(instance.memoryBytes <= 10 * page);
    assert.ok(instance.memoryBytes >= 8 * page);
    assert.deepEqual(
      instance.memoryViews().map((view) => view.length / page),
      [4, 1, 3],
    );
  });

  test("may be imported by any name, and then count the same", () => {
    const parts = { imports: [importOf("env", "memory", "memory", [0, 2])] };
    assert.equal(make(parts).memoryBytes, 2 * page);
    refuses(parts, "MEMORY_OVER_LIMIT", { memory: page });
  });

  test("may be shared, or addressed by 64 bits, within the same limit", () => {
    assert.equal(make({ memories: [[3, 1, 2]] }).memoryBytes, page);
    assert.equal(make({ memories: [[4, 1]] }).memoryBytes, page);
    assert.equal(make({ memories: [[5, 1, 2]] }).memoryBytes, page);
    refuses({ memories: [[4, 11]] }, "MEMORY_OVER_LIMIT");
    refuses({ memories: [[4, ...u32(262_144)]] }, "MEMORY_OVER_LIMIT");
  });

  test("are those that calls see: the one exported as memory, else the first, else none", () => {
    const two = {
      memories: [
        [0, 1],
        [0, 2],
      ],
    };
    const exported = exportOf("memory", "memory", 1);
    assert.equal(make({ ...two, exports: [start, exported] }).memory.sizeBytes, 2 * page);
    assert.equal(make(two).memory.sizeBytes, page);
    assert.equal(make({}).memory.sizeBytes, 0);
    const misnamed = exportOf("memory", "function", 0);
    assert.equal(make({ ...two, exports: [start, misnamed] }).memory.sizeBytes, page);
  });

  test("keep nothing of the process that had them before", () => {
    const pool = new MemoryPool();
    const parts = { memories: [[0, 1]] };
    const first = make(parts, { pool });
    first.memory.bytes(0, page).fill(7);
    first.release();
    const second = make(parts, { pool });
    assert.deepEqual(second.memory.bytes(0, page), new Uint8Array(page));
    const third = make(parts, { pool });
    third.memory.setU8(0, 9);
    assert.equal(second.memory.u8(0), 0);
  });

  test("are passed on up to 4 MiB, and kept up to 32 MiB in all", () => {
    const pool = new MemoryPool();
    const made: object[] = [];
    const take = (initial: number): PooledMemory =>
      pool.take({ initial, maximum: initial }, () => {
        const memory = new WebAssembly.Memory({ initial, maximum: initial });
        made.push(memory);
        return memory;
      });
    const many = Array.from({ length: 10 }, () => take(64));
    for (const each of many) pool.give(each);
    for (let count = 0; count < 10; count++) take(64);
    assert.equal(made.length, 12, "eight of 64 pages were kept");
    pool.give(take(65));
    take(65);
    assert.equal(made.length, 14, "a larger one is not kept");
  });

  test("make room for those that are wanted now", () => {
    const pool = new MemoryPool();
    const take = (initial: number): PooledMemory =>
      pool.take({ initial, maximum: 64 }, () => new WebAssembly.Memory({ initial, maximum: 64 }));
    const old = Array.from({ length: 8 }, () => take(64));
    for (const each of old) pool.give(each);
    const wanted = take(60);
    pool.give(wanted);
    assert.equal(take(60).memory, wanted.memory);
  });

  test("are not passed on when they grew, or to one that may grow further", async () => {
    const pool = new MemoryPool();
    const growing = {
      memories: [[0, 1]],
      functions: [{ code: [0x41, 1, 0x40, 0, 0x1a] }],
    };
    const grown = make(growing, { pool });
    await grown.entry("_start")();
    grown.release();
    assert.equal(make(growing, { pool }).memoryBytes, page);
    const small = make(growing, { pool, memory: page });
    small.release();
    const large = make(growing, { pool, memory: 2 * page });
    await large.entry("_start")();
    assert.equal(large.memoryBytes, 2 * page);
  });
});

suite("start of an instance", () => {
  const marking = (value: number): ModuleParts["functions"] => [
    { code: [] },
    { code: [0x41, 0, 0x41, value, 0x3a, 0, 0] },
  ];

  test("runs nothing of the program before it is called", async () => {
    const instance = make({ memories: [[0, 1]], functions: marking(5) ?? [], start: 1 });
    assert.equal(instance.memory.u8(0), 0);
    for (const run of instance.startFunctions) await run();
    assert.equal(instance.memory.u8(0), 5);
  });

  test("traps when a segment does not fit", () => {
    const parts = { memories: [[0, 0]], data: [[0, 0x41, 0, 0x0b, 1, 7]] };
    assert.throws(() => make(parts), WebAssembly.RuntimeError);
  });

  test("is refused when the program exports a name of ours that is no start function", () => {
    const taken = exportOf("noos:start", "function", 0);
    const parts = { types: [functionType([Type.i64], [])], exports: [taken] };
    assert.match(refuses(parts, "WASM_UNSUPPORTED"), /exports "noos:start"/);
  });
});
