import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  describeTrap,
  endOfGuest,
  guestStack,
  type Instance,
  instantiate,
  MemoryPool,
  prepare,
  type Program,
  type Provided,
  type Trap,
} from "#core/machine";
import {
  assemble,
  bytesOf,
  custom,
  exportOf,
  importOf,
  list,
  type ModuleParts,
  name,
  Type,
  u32,
} from "#core/machine/assembler";
import { defaultLimits } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const unreachable = 0x00;

/** A name section, with the module's own name or without. */
function names(functions: Readonly<Record<number, string>>, module?: string): ModuleParts {
  const rows = Object.entries(functions).map(([index, text]) => [
    ...u32(Number(index)),
    ...name(text),
  ]);
  const own = module === undefined ? [] : [0, ...bytesOf(name(module))];
  return { customs: [custom("name", [...own, 1, ...bytesOf(list(rows))])] };
}

function load(parts: ModuleParts, isPreemptible = true): Program {
  const { codec, clock } = simulatedHost({ seed: 1 });
  return prepare(
    assemble({ exports: [exportOf("_start", "function", 0)], ...parts }),
    { codec, clock, blobs: undefined },
    { name: "tried", moduleBytesMax: 1e6, tableElementsMax: 1000, isPreemptible },
  );
}

function instanceOf(
  program: Program,
  given: ReadonlyMap<string, Provided> = new Map<string, Provided>(),
): Instance {
  return instantiate(program, {
    modules: new Map([["given", given]]),
    limits: defaultLimits,
    flag: simulatedHost({ seed: 1 }).watchdog.flag,
    pause: new WebAssembly.Suspending(() => undefined),
    allocate: () => 2 ** 20,
    pool: new MemoryPool(),
  });
}

/** Runs a program to its trap. */
async function trapOf(program: Program, given?: ReadonlyMap<string, Provided>): Promise<Trap> {
  try {
    await instanceOf(program, given).entry("_start")();
  } catch (thrown) {
    return describeTrap(thrown, program.names);
  }
  return assert.fail("it came to its end");
}

const nested: ModuleParts = {
  functions: [{ code: [0x10, 1] }, { code: [0x10, 2] }, { code: [unreachable] }],
};

suite("trap", () => {
  test("says what happened and names the guest's functions, innermost first", async () => {
    const trap = await trapOf(load({ ...nested, ...names({ 0: "main", 1: "middle", 2: "deep" }) }));
    assert.equal(trap.what, "unreachable");
    assert.deepEqual(
      trap.stack.map((frame) => [frame.functionName, frame.functionIndex]),
      [
        ["deep", 2],
        ["middle", 1],
        ["main", 0],
      ],
    );
    assert.ok(trap.stack.every((frame) => frame.offset > 0));
  });

  test("leaves the module's own name out of the functions' names", async () => {
    const parts = { ...nested, ...names({ 0: "main", 2: "a.b" }, "game") };
    const trap = await trapOf(load(parts));
    assert.deepEqual(
      trap.stack.map((frame) => frame.functionName),
      ["a.b", "$1", "main"],
    );
  });

  test("numbers functions as the guest does, with checks and without", async () => {
    const importing = {
      imports: [importOf("given", "call", "function", [0])],
      functions: [{ code: [0x10, 2] }, { code: [0x10, 0] }],
      exports: [exportOf("_start", "function", 1)],
    };
    for (const isPreemptible of [true, false]) {
      const value = (): never => {
        throw new WebAssembly.RuntimeError("by hand");
      };
      const given = new Map([["call", { type: "() -> ()", value }]]);
      const trap = await trapOf(load(importing, isPreemptible), given);
      assert.equal(trap.what, "by hand");
      assert.deepEqual(
        trap.stack.map((frame) => [frame.functionName, frame.functionIndex]),
        [
          ["$2", 2],
          ["$1", 1],
        ],
      );
    }
  });

  test("passes on the engine's words for each kind of mistake", async () => {
    const mistakes: readonly (readonly [RegExp, readonly number[]])[] = [
      [/divide by zero/, [0x41, 1, 0x41, 0, 0x6d, 0x1a]],
      [/memory access out of bounds/, [0x41, 0x7f, 0x28, 2, 0, 0x1a]],
      [/table index is out of bounds/, [0x41, 9, 0x11, 0, 0]],
    ];
    for (const [what, code] of mistakes) {
      const program = load({
        functions: [{ code }],
        memories: [[0, 1]],
        tables: [[Type.funcref, 0, 1]],
      });
      assert.match((await trapOf(program)).what, what);
    }
  });

  test("tells a stack that grew too deep, with the functions on top of it", async () => {
    const trap = await trapOf(
      load({ functions: [{ code: [0x10, 0] }], ...names({ 0: "deeper" }) }),
    );
    assert.equal(trap.what, "call stack exhausted");
    assert.ok(trap.stack.length > 0);
    assert.ok(trap.stack.every((frame) => frame.functionName === "deeper"));
  });

  test("tells an exception nobody caught", async () => {
    const trap = await trapOf(load({ tags: [[0, 0]], functions: [{ code: [0x08, 0] }] }));
    assert.equal(trap.what, "uncaught exception of the program");
  });

  test("leaves what no guest can cause to whoever is responsible", () => {
    const { names: guestNames } = load(nested);
    for (const thrown of [new TypeError("ours"), new RangeError("Invalid array length"), "text"]) {
      assert.throws(
        () => describeTrap(thrown, guestNames),
        (rethrown) => rethrown === thrown,
      );
    }
  });

  test("reads the guest's functions on a stack, and no others, be they wasm", () => {
    const guestNames = load(nested).names;
    const text = [
      "RuntimeError: unreachable",
      "    at wasm://wasm/0a0b0c0d:wasm-function[2]:0x11",
      "    at strange (name) (wasm://wasm/game-85e8caee:wasm-function[3]:0xb3)",
      "    at wasm://wasm/game-85e8caee:wasm-function[1]:0x7f",
      "    at Object.run (file:///somewhere/kernel.ts:1:2)",
      "    at async #run (wasm://wasm/without-a-function)",
    ].join("\n");
    assert.deepEqual(guestStack(text, guestNames), [
      { functionName: "strange (name)", functionIndex: 2, offset: 0xb3 },
      { functionName: "$0", functionIndex: 0, offset: 0x7f },
    ]);
    assert.deepEqual(guestStack(undefined, guestNames), []);
  });

  test("keeps going when the names it reads are broken", async () => {
    for (const content of [[], [0], [0, 5], [0, 2, 1, 0xff], [1, 2, 0x80], [0, 0xff, 0xff]]) {
      const parts = { ...nested, customs: [custom("name", content)] };
      const trap = await trapOf(load(parts));
      assert.deepEqual([trap.what, trap.stack.length], ["unreachable", 3], String(content));
    }
  });
});

suite("end of a guest", () => {
  /** Code that calls `given.call` in a `try` whose `catch_all` sets a mark in memory. */
  const catching: Readonly<Record<string, readonly number[]>> = {
    try: [0x06, 0x40, 0x10, 0, 0x19, 0x41, 0, 0x41, 1, 0x3a, 0, 0, 0x0b],
    try_table: [
      [0x02, 0x40, 0x1f, 0x40, 1, 2, 0, 0x10, 0, 0x0b, 0x0f, 0x0b],
      [0x41, 0, 0x41, 1, 0x3a, 0, 0],
    ].flat(),
  };

  function catcher(form: string, value: WebAssembly.ImportValue): Instance {
    const program = load({
      imports: [importOf("given", "call", "function", [0])],
      functions: [{ code: catching[form] ?? [] }],
      memories: [[0, 1]],
      exports: [exportOf("_start", "function", 1)],
    });
    return instanceOf(program, new Map([["call", { type: "() -> ()", value }]]));
  }

  for (const form of Object.keys(catching)) {
    test(`is nothing that a guest's ${form} can catch, thrown or as a rejection`, async () => {
      const thrown = (): never => {
        throw endOfGuest;
      };
      const rejected = new WebAssembly.Suspending(() => Promise.reject(endOfGuest));
      for (const value of [thrown, rejected]) {
        const instance = catcher(form, value);
        await assert.rejects(instance.entry("_start")(), (reason) => reason === endOfGuest);
        assert.equal(instance.memory.u8(0), 0);
      }
    });

    test(`would be caught by ${form} if it were an error like any other`, async () => {
      const instance = catcher(form, () => {
        throw new Error("caught");
      });
      await instance.entry("_start")();
      assert.equal(instance.memory.u8(0), 1);
    });
  }
});
