import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  assemble,
  type Bytes,
  custom,
  exportOf,
  functionType,
  importOf,
  list,
  type ModuleParts,
  name,
  s32,
  section,
  Type,
  u32,
  wasm,
} from "#core/machine/assembler";
import { readModule } from "#core/machine/wasm";
import { instrument, startExport } from "./mod.ts";

const { i32, i64, funcref } = Type;
const end = 0x0b;
const toI32 = functionType([], [i32]);
const fromI32 = functionType([i32], [i32]);
const plainType = functionType([], []);

const returns = (value: number): Bytes => [0x41, ...s32(value)];
const call = (index: number): Bytes => [0x10, ...u32(index)];

/** A guest that runs: instrumented, with memories of its own and a flag. */
class Guest {
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
  readonly exports: WebAssembly.Exports;
  readonly flag: WebAssembly.Memory = new WebAssembly.Memory({
    initial: 1,
    maximum: 1,
    shared: true,
  });
  yields = 0;

  constructor(
    parts: ModuleParts,
    imports: WebAssembly.Imports = {},
    memories: WebAssembly.Memory[] = [],
  ) {
    const original = assemble(parts);
    assert.ok(WebAssembly.validate(original), "the test's own module is valid");
    this.bytes = instrument(original, { checks: true, tableElementsMax: 1000 });
    this.module = new WebAssembly.Module(this.bytes);
    const kernel: Record<string, WebAssembly.ImportValue> = {
      flag: this.flag,
      yield: () => {
        this.yields += 1;
      },
    };
    for (const [place, memory] of memories.entries()) kernel[`memory${place}`] = memory;
    this.exports = new WebAssembly.Instance(this.module, { ...imports, noos: kernel }).exports;
  }

  raiseFlag(): void {
    new Int32Array(this.flag.buffer)[0] = 1;
  }

  call(what: string, ...args: readonly unknown[]): unknown {
    return (this.exports[what] as WebAssembly.ExportedFunction)(...args);
  }
}

function page(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1 });
}

suite("instrument: checks", () => {
  /** Counts down from its parameter, in a loop. */
  const countDown: ModuleParts = {
    types: [fromI32],
    functions: [{ code: [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, end, 0x20, 0] }],
    exports: [exportOf("run", "function", 0)],
  };

  test("a program whose flag is down never yields", () => {
    const guest = new Guest(countDown);
    assert.equal(guest.call("run", 1000), 0);
    assert.equal(guest.yields, 0);
  });

  test("a program whose flag is up yields at its entry and each time round", () => {
    const guest = new Guest(countDown);
    guest.raiseFlag();
    assert.equal(guest.call("run", 10), 0);
    assert.equal(guest.yields, 11);
  });

  test("a program can be suspended where it yields, and goes on", async () => {
    const original = assemble(countDown);
    const bytes = instrument(original, { checks: true, tableElementsMax: 0 });
    const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    new Int32Array(flag.buffer)[0] = 1;
    const gate = Promise.withResolvers<void>();
    let yields = 0;
    const yieldImport = new WebAssembly.Suspending(() => {
      yields += 1;
      return gate.promise;
    });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      noos: { flag, yield: yieldImport },
    });
    const run = WebAssembly.promising(instance.exports["run"] as WebAssembly.ExportedFunction);
    const result = run(5);
    assert.equal(yields, 1);
    gate.resolve();
    assert.equal(await result, 0);
    assert.equal(yields, 6);
  });

  test("a recursion yields at each depth", () => {
    const guest = new Guest({
      types: [fromI32],
      functions: [
        { code: [0x20, 0, 0x04, i32, 0x20, 0, 0x41, 1, 0x6b, ...call(0), 0x05, 0x41, 7, end] },
      ],
      exports: [exportOf("run", "function", 0)],
    });
    guest.raiseFlag();
    assert.equal(guest.call("run", 9), 7);
    assert.equal(guest.yields, 10);
  });

  test("tail calls that go round in circles yield each time", () => {
    const guest = new Guest({
      types: [fromI32],
      functions: [
        {
          code: [0x20, 0, 0x45, 0x04, i32, 0x41, 7, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x12, 0, end],
        },
      ],
      exports: [exportOf("run", "function", 0)],
    });
    guest.raiseFlag();
    assert.equal(guest.call("run", 100_000), 7);
    assert.equal(guest.yields, 100_001);
  });

  test("without checks nothing is imported for them and the code stays as it was", () => {
    const original = assemble(countDown);
    const bytes = instrument(original, { checks: false, tableElementsMax: 0 });
    const module = new WebAssembly.Module(bytes);
    assert.deepEqual(WebAssembly.Module.imports(module), []);
    assert.ok(Buffer.from(bytes).includes(Buffer.from(original.subarray(-20))));
  });
});

suite("instrument: function indices", () => {
  /** Function 0 is an import; 1, 2 and 3 are defined, and answer what they are. */
  const three: ModuleParts = {
    types: [toI32, plainType],
    imports: [importOf("env", "zero", "function", [0])],
    functions: [{ code: returns(1) }, { code: returns(2) }, { code: returns(3) }],
  };
  const imports: WebAssembly.Imports = { env: { zero: () => 0 } };

  test("exports lead to the functions they led to", () => {
    const exports = ["zero", "one", "two", "three"].map((what, index) =>
      exportOf(what, "function", index),
    );
    const guest = new Guest({ ...three, exports }, imports);
    assert.deepEqual(
      ["zero", "one", "two", "three"].map((what) => guest.call(what)),
      [0, 1, 2, 3],
    );
  });

  test("calls do, also where the moved index takes one byte more", () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ code: returns(index) }));
    const callers = [125, 126, 127, 128, 199].map((callee) => ({ code: call(callee) }));
    const tailCallers = [126, 127, 128].map((callee) => ({ code: [0x12, ...u32(callee)] }));
    const all = [...many, ...callers, ...tailCallers];
    const guest = new Guest({
      types: [toI32],
      functions: all,
      exports: all.map((_, index) => exportOf(`f${index}`, "function", index)),
    });
    assert.deepEqual(
      [125, 126, 127, 128, 199, 126, 127, 128],
      callers.concat(tailCallers).map((_, place) => guest.call(`f${200 + place}`)),
    );
  });

  test("references in elements of all eight forms, in globals and in a table's value do", () => {
    const offset = [0x41, 0, end];
    const refFunc = (index: number): Bytes => [0xd2, index, end];
    const guest = new Guest(
      {
        ...three,
        tables: [
          [funcref, 0, 8],
          [0x40, 0, 0x63, 0x70, 0, 1, ...refFunc(3)],
        ],
        globals: [[funcref, 0, ...refFunc(2)]],
        exports: [
          exportOf("t0", "table", 0),
          exportOf("t1", "table", 1),
          exportOf("g", "global", 0),
          exportOf("init", "function", 4),
        ],
        functions: [
          ...(three.functions ?? []),
          {
            type: 1,
            // Copies the passive segments 1, 5 to places 1, 5 of table 0.
            code: [1, 5].flatMap((segment) => [
              0x41,
              segment,
              0x41,
              0,
              0x41,
              1,
              0xfc,
              0x0c,
              segment,
              0,
            ]),
          },
        ],
        elements: [
          [0, ...offset, 1, 1],
          [1, 0, 1, 2],
          [2, 0, 0x41, 2, end, 0, 1, 3],
          [3, 0, 1, 1],
          [4, 0x41, 4, end, 1, ...refFunc(1)],
          [5, funcref, 1, ...refFunc(2)],
          [6, 0, 0x41, 6, end, funcref, 1, ...refFunc(3)],
          [7, funcref, 1, ...refFunc(1)],
        ],
        data: [],
      },
      imports,
    );
    guest.call("init");
    const table = guest.exports["t0"] as WebAssembly.Table;
    const answers = [0, 1, 2, 4, 5, 6].map((index) => (table.get(index) as () => number)());
    assert.deepEqual(answers, [1, 2, 3, 1, 2, 3]);
    assert.equal(((guest.exports["t1"] as WebAssembly.Table).get(0) as () => number)(), 3);
    assert.equal(((guest.exports["g"] as WebAssembly.Global).value as () => number)(), 2);
  });

  test("references in code do", () => {
    const guest = new Guest(
      {
        ...three,
        functions: [...(three.functions ?? []), { code: [0xd2, 2, 0x14, 0] }],
        exports: [exportOf("run", "function", 4)],
        elements: [[3, 0, 1, 2]],
      },
      imports,
    );
    assert.equal(guest.call("run"), 2);
  });

  test("stack traces name the guest's functions", () => {
    const guest = new Guest(
      {
        types: [plainType],
        imports: [importOf("env", "zero", "function", [0])],
        functions: [{ code: [0x00] }, { code: call(1) }],
        exports: [exportOf("run", "function", 2)],
        customs: [
          custom("name", [
            ...section(0, name("guest")),
            ...section(
              1,
              list([
                [1, ...name("inner")],
                [2, ...name("outer")],
              ]),
            ),
            ...section(2, list([[1, ...list([[0, ...name("local")]])]])),
          ]),
        ],
      },
      { env: { zero: () => undefined } },
    );
    assert.throws(
      () => guest.call("run"),
      (error: Error) =>
        /at guest\.inner \(wasm.*\n *at guest\.outer \(wasm/.test(error.stack ?? ""),
    );
  });

  test("a section of names that cannot be read is left out, as V8 would ignore it", () => {
    const guest = new Guest({ ...three, customs: [custom("name", [1, 99, 1])] }, imports);
    assert.deepEqual(WebAssembly.Module.customSections(guest.module, "name"), []);
  });
});

suite("instrument: memories", () => {
  const load = (memory: number, address: number): Bytes => [0x41, address, 0x2d, 0x40, memory, 0];

  test("a defined memory becomes an import, keeps its index, its export and its data", () => {
    const memories = [page(), page()];
    const guest = new Guest(
      {
        types: [toI32],
        imports: [importOf("env", "memory", "memory", [0, 1])],
        functions: [{ code: [...load(0, 5), ...load(1, 5), 0x6a, ...load(2, 5), 0x6a] }],
        memories: [
          [0, 1],
          [0, 1],
        ],
        exports: [exportOf("run", "function", 0), exportOf("second", "memory", 2)],
        data: [
          [0, 0x41, 5, end, 1, 1],
          [2, 1, 0x41, 5, end, 1, 10],
          [2, 2, 0x41, 5, end, 1, 100],
        ],
      },
      { env: { memory: page() } },
      memories,
    );
    assert.equal(guest.call("run"), 111);
    assert.equal(guest.exports["second"], memories[1]);
  });

  test("imports come in the order: the guest's, yield, memories, flag", () => {
    const { module } = new Guest(
      {
        imports: [importOf("env", "g", "global", [i64, 0])],
        memories: [
          [0, 1],
          [1, 0, 3],
        ],
      },
      { env: { g: 1n } },
      [page(), new WebAssembly.Memory({ initial: 0, maximum: 2 })],
    );
    assert.deepEqual(
      WebAssembly.Module.imports(module).map((row) => `${row.module}.${row.name} ${row.kind}`),
      [
        "env.g global",
        "noos.yield function",
        "noos.memory0 memory",
        "noos.memory1 memory",
        "noos.flag memory",
      ],
    );
  });

  test("the declared limits are kept, shared and 64-bit memories too", () => {
    const shared = new WebAssembly.Memory({ initial: 2, maximum: 3, shared: true });
    const wide = new WebAssembly.Memory({ initial: 300n, maximum: 400n, address: "i64" });
    const parts: ModuleParts = {
      memories: [
        [3, 2, 3],
        [5, ...u32(300), ...u32(400)],
      ],
    };
    assert.doesNotThrow(() => new Guest(parts, {}, [shared, wide]));
    assert.throws(() => new Guest(parts, {}, [page(), wide]), WebAssembly.LinkError);
    const small = new WebAssembly.Memory({ initial: 299n, maximum: 400n, address: "i64" });
    assert.throws(() => new Guest(parts, {}, [shared, small]), WebAssembly.LinkError);
  });

  test("a program without memory of its own gets nothing but the flag", () => {
    const guest = new Guest({ functions: [{ code: [] }], exports: [exportOf("f", "function", 0)] });
    guest.raiseFlag();
    guest.call("f");
    assert.equal(guest.yields, 0, "an empty function is a leaf");
  });
});

suite("instrument: the start function", () => {
  const started: ModuleParts = {
    types: [plainType],
    functions: [{ code: [0x41, 9, 0x24, 0] }],
    globals: [[i32, 1, 0x41, 0, end]],
    exports: [exportOf("g", "global", 0)],
    start: 0,
  };

  test("does not run when the module is instantiated, but when the kernel calls it", () => {
    const guest = new Guest(started);
    const global = guest.exports["g"] as WebAssembly.Global;
    assert.equal(global.value, 0);
    guest.call(startExport);
    assert.equal(global.value, 9);
  });

  test("is exported also by a module without exports", () => {
    const { exports: _, ...rest } = started;
    assert.deepEqual(Object.keys(new Guest(rest).exports), [startExport]);
  });

  test("may be an import", () => {
    let calls = 0;
    const guest = new Guest(
      { imports: [importOf("env", "go", "function", [0])], start: 0 },
      { env: { go: () => void (calls += 1) } },
    );
    assert.equal(calls, 0);
    guest.call(startExport);
    assert.equal(calls, 1);
  });

  test("is refused if its name is taken", () => {
    const taken = { ...started, exports: [exportOf(startExport, "global", 0)] };
    assert.throws(() => new Guest(taken), {
      code: "WASM_UNSUPPORTED",
      message: /it exports "noos:start", a name only the kernel uses/,
    });
  });
});

suite("instrument: tables", () => {
  const grow: ModuleParts = {
    types: [fromI32],
    functions: [{ code: [0xd0, funcref, 0x20, 0, 0xfc, 0x0f, 0] }],
    exports: [exportOf("grow", "function", 0)],
  };

  test("a table without a maximum cannot grow past the limit", () => {
    const guest = new Guest({ ...grow, tables: [[funcref, 0, 10]] });
    assert.equal(guest.call("grow", 990), 10);
    assert.equal(guest.call("grow", 1), -1);
  });

  test("a table keeps a maximum below the limit", () => {
    const guest = new Guest({ ...grow, tables: [[funcref, 1, 10, 20]] });
    assert.equal(guest.call("grow", 10), 10);
    assert.equal(guest.call("grow", 1), -1);
  });

  test("several tables share the limit", () => {
    const guest = new Guest({
      ...grow,
      tables: [
        [funcref, 0, 10],
        [funcref, 0, 90],
      ],
    });
    assert.equal(guest.call("grow", 450), 10);
    assert.equal(guest.call("grow", 1), -1);
  });

  test("a table of 64-bit indices is bounded too, whatever maximum it declares", () => {
    const wide = [funcref, 5, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    const guest = new Guest({ tables: [wide], exports: [exportOf("t", "table", 0)] });
    const table = guest.exports["t"] as WebAssembly.Table;
    assert.equal(table.grow(999n), 1n);
    assert.throws(() => table.grow(1n), RangeError);
  });

  test("tables that start over the limit are refused", () => {
    assert.throws(() => new Guest({ tables: [[funcref, 0, ...u32(1001)]] }), {
      code: "TABLE_OVER_LIMIT",
      message: /its tables start with 1001 elements, the limit is 1000/,
    });
  });
});

suite("instrument: modules that lack sections", () => {
  test("an empty module becomes one that imports what the kernel brings", () => {
    for (const checks of [true, false]) {
      const bytes = instrument(wasm(), { checks, tableElementsMax: 0 });
      const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
      assert.deepEqual(
        imports.map((row) => row.name),
        checks ? ["yield", "flag"] : [],
      );
    }
  });

  test("a custom section before all others, behind all others or between stays there", () => {
    const [type, memory, data] = [
      section(1, [0]),
      section(5, list([[0, 1]])),
      section(11, list([[1, 0]])),
    ];
    const original = wasm(
      custom("first", []),
      type,
      custom("second", []),
      memory,
      custom("third", []),
      data,
      custom("last", []),
    );
    const { sections } = readModule(instrument(original, { checks: true, tableElementsMax: 0 }));
    assert.deepEqual(
      sections.map(({ id, name: title }) => title ?? id),
      ["first", 1, "second", 2, "third", 11, "last"],
    );
  });
});

suite("instrument: what is refused", () => {
  test("an import from the kernel's own module", () => {
    const parts = { imports: [importOf("noos", "flag", "memory", [3, 1, 1])] };
    assert.throws(() => new Guest(parts), {
      code: "WASM_UNSUPPORTED",
      message: /it imports "flag" from "noos", a module only the kernel uses, at byte 14 /,
    });
  });

  test("a component", () => {
    const component = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);
    assert.throws(() => instrument(component, { checks: true, tableElementsMax: 1 }), {
      code: "WASM_UNSUPPORTED",
      message: /it is a component/,
    });
  });
});
