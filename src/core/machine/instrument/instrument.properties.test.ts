import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import {
  assemble,
  type Bytes,
  exportOf,
  functionType,
  importOf,
  s32,
  sampleOf,
  Type,
  u32,
} from "#core/machine/assembler";
import { opcodes } from "#core/machine/wasm/code";
import { describe } from "#core/machine/wasm";
import { PlatformError } from "#core/sys";
import { instructionsBetweenChecksMax, instrument, startExport } from "./mod.ts";

const options = { checks: true, tableElementsMax: 1000 };

type Statement =
  | { readonly kind: "set"; readonly local: number; readonly operator: number; readonly by: number }
  | { readonly kind: "store" | "fill" | "throw"; readonly value: number }
  | { readonly kind: "nops"; readonly count: number }
  | { readonly kind: "if"; readonly body: Statement[]; readonly otherwise: Statement[] }
  | { readonly kind: "block"; readonly body: Statement[] }
  | { readonly kind: "try"; readonly body: Statement[]; readonly handler: Statement[] }
  | { readonly kind: "loop"; readonly times: number; readonly body: Statement[] }
  | { readonly kind: "leave"; readonly label: number; readonly isTable: boolean }
  | { readonly kind: "call" | "call indirect" | "tail call"; readonly callee: number };

interface Program {
  readonly functions: readonly (readonly Statement[])[];
  /** Which of the two kinds of exception instructions it uses: V8 lets no module mix them. */
  readonly hasTryTables: boolean;
}

const small = fc.nat(9);
const straight: readonly fc.Arbitrary<Statement>[] = [
  fc.record({
    kind: fc.constant("set" as const),
    local: fc.nat(3),
    operator: fc.nat(3),
    by: small,
  }),
  fc.record({ kind: fc.constantFrom("store" as const, "fill" as const), value: small }),
  fc.record({ kind: fc.constant("nops" as const), count: fc.nat(400) }),
];
const calls: readonly fc.Arbitrary<Statement>[] = [
  fc.record({
    kind: fc.constantFrom("call" as const, "call indirect" as const, "tail call" as const),
    callee: fc.nat(4),
  }),
  fc.record({ kind: fc.constant("throw" as const), value: small }),
];

/** Lists of statements, nested a few deep. */
function statements(simple: readonly fc.Arbitrary<Statement>[]): fc.Arbitrary<Statement[]> {
  const { list } = fc.letrec<{ statement: Statement; list: Statement[] }>((tie) => ({
    list: fc.array(tie("statement"), { maxLength: 4, depthIdentifier: "code" }),
    statement: fc.oneof(
      { depthSize: "small", maxDepth: 4, depthIdentifier: "code" },
      fc.oneof(...simple),
      fc.record({ kind: fc.constant("block" as const), body: tie("list") }),
      fc.record({ kind: fc.constant("if" as const), body: tie("list"), otherwise: tie("list") }),
      fc.record({ kind: fc.constant("loop" as const), times: fc.nat(4), body: tie("list") }),
      fc.record({ kind: fc.constant("try" as const), body: tie("list"), handler: tie("list") }),
      fc.record({ kind: fc.constant("leave" as const), label: fc.nat(4), isTable: fc.boolean() }),
    ),
  }));
  return list;
}

function programs(
  simple: readonly fc.Arbitrary<Statement>[],
  count: number,
): fc.Arbitrary<Program> {
  return fc.record({
    functions: fc.array(statements(simple), { minLength: count, maxLength: count }),
    hasTryTables: fc.boolean(),
  });
}

/** Indices in the modules these programs become. */
const Function = { mark: 0, ran: 1, first: 2 } as const;
const Global = { fuel: 0 } as const;
const end = 0x0b;

function join(...parts: readonly Bytes[]): Bytes {
  return parts.flat();
}

/** Turns one function of a program into code. */
class Encoder {
  readonly #program: Program;
  readonly #nextLoop: () => number;
  readonly locals: number[] = [Type.i32, Type.i32, Type.i32];
  #depth = 0;

  constructor(program: Program, nextLoop: () => number) {
    this.#program = program;
    this.#nextLoop = nextLoop;
  }

  /** Returns at once when the fuel is used up, so that every recursion ends. */
  body(code: readonly Statement[]): Bytes {
    return join(
      [0x23, Global.fuel, 0x45, 0x04, 0x40, 0x20, 0, 0x0f, end],
      [0x23, Global.fuel, 0x41, 1, 0x6b, 0x24, Global.fuel],
      this.#list(code),
      [0x20, 0, 0x20, 1, 0x6a, 0x20, 2, 0x73],
    );
  }

  #list(code: readonly Statement[]): Bytes {
    return code.flatMap((statement) => this.#statement(statement));
  }

  #nested(opcode: Bytes, code: readonly Statement[]): Bytes {
    this.#depth += 1;
    const bytes = [...opcode, ...this.#list(code)];
    this.#depth -= 1;
    return bytes;
  }

  /** Something that is now zero, now not. */
  readonly #condition: Bytes = [0x20, 0, 0x20, 1, 0x73, 0x41, 1, 0x71];

  #statement(statement: Statement): Bytes {
    switch (statement.kind) {
      case "set":
        return this.#set(statement);
      case "store":
        return [0x41, statement.value * 4, 0x20, 0, 0x36, 2, 0];
      case "fill":
        return [0x41, 64, 0x20, 1, 0x41, statement.value, 0xfc, 0x0b, 0];
      case "nops": {
        const nops = Array.from({ length: statement.count }, () => 0x01);
        return [...nops, 0x41, ...s32(statement.count), 0x10, Function.ran];
      }
      case "if":
        return [
          ...this.#nested([...this.#condition, 0x04, 0x40], statement.body),
          ...this.#nested([0x05], statement.otherwise),
          end,
        ];
      case "block":
        return [...this.#nested([0x02, 0x40], statement.body), end];
      case "loop":
        return this.#loop(statement);
      case "try":
        return this.#try(statement);
      case "throw":
        return [...this.#condition, 0x04, 0x40, 0x08, 0, end];
      case "leave":
        return this.#leave(statement);
      case "call":
        return [0x20, 0, 0x10, ...this.#callee(statement.callee), 0x21, 0];
      case "call indirect":
        return [0x20, 0, 0x41, statement.callee % this.#functionCount, 0x11, 0, 0, 0x21, 1];
      case "tail call":
        return join(this.#condition, [0x04, 0x40, 0x20, 0, 0x12], this.#callee(statement.callee), [
          end,
        ]);
    }
  }

  get #functionCount(): number {
    return this.#program.functions.length + 1;
  }

  #callee(callee: number): Bytes {
    return u32(Function.first + (callee % this.#functionCount));
  }

  #set({ local, operator, by }: Statement & { readonly kind: "set" }): Bytes {
    const operators = [0x6a, 0x6c, 0x73, 0x6b];
    return [0x20, local, 0x41, by, operators[operator] as number, 0x21, (local + by) % 3];
  }

  /** Marks each time round; a branch to it may well make it endless, until the host has enough. */
  #loop({ times, body }: Statement & { readonly kind: "loop" }): Bytes {
    const counter = this.locals.push(Type.i32);
    const id = this.#nextLoop();
    const head = join(
      [0x41, ...s32(-1 - id), 0x10, Function.mark],
      [0x41, times, 0x21, counter, 0x03, 0x40],
      [0x41, ...s32(id), 0x10, Function.mark],
      [0x20, counter, 0x41, 1, 0x6b, 0x21, counter],
    );
    return [...this.#nested(head, body), 0x20, counter, 0x41, 0, 0x4a, 0x0d, 0, end];
  }

  #try({ body, handler }: Statement & { readonly kind: "try" }): Bytes {
    if (!this.#program.hasTryTables) {
      return [...this.#nested([0x06, 0x40], body), ...this.#nested([0x19], handler), end];
    }
    this.#depth += 1;
    const guarded = this.#nested([0x02, 0x40, 0x1f, 0x40, 1, 2, 0], body);
    this.#depth -= 1;
    return [...guarded, end, end, ...this.#list(handler)];
  }

  #leave({ label, isTable }: Statement & { readonly kind: "leave" }): Bytes {
    if (this.#depth === 0) return [];
    const target = label % this.#depth;
    if (!isTable) return [...this.#condition, 0x0d, target];
    return [0x02, 0x40, ...this.#condition, 0x0e, 1, target + 1, 0, end];
  }
}

function assembleProgram(program: Program): Uint8Array {
  let loops = 0;
  const nextLoop = (): number => loops++;
  const functions = program.functions.map((code) => {
    const encoder = new Encoder(program, nextLoop);
    const bytes = encoder.body(code);
    return { type: 0, locals: encoder.locals, code: bytes };
  });
  const leaf = { type: 0, code: [0x20, 0, 0x41, 3, 0x6a] };
  const all = [...functions, leaf];
  return assemble({
    types: [
      functionType([Type.i32], [Type.i32]),
      functionType([Type.i32], []),
      functionType([], []),
    ],
    imports: [importOf("env", "mark", "function", [1]), importOf("env", "ran", "function", [1])],
    functions: all,
    tables: [[Type.funcref, 0, all.length]],
    memories: [[0, 1]],
    tags: [[0, 2]],
    globals: [[Type.i32, 1, 0x41, ...s32(60), end]],
    exports: [exportOf("run", "function", Function.first), exportOf("memory", "memory", 0)],
    elements: [
      [0, 0x41, 0, end, ...u32(all.length), ...all.flatMap((_, i) => u32(Function.first + i))],
    ],
  });
}

/** A loop marks each round with its number, and that it is come to with -1 less its number. */
type Event = readonly ["mark" | "ran", number] | readonly ["yield"];

interface Run {
  readonly outcome: string;
  readonly memory: Buffer;
  readonly events: readonly Event[];
}

const eventsMax = 3000;

/** Runs a program until it ends or has said enough. The same program always runs the same. */
function run(bytes: Uint8Array, flagValue: number): Run {
  const events: Event[] = [];
  const note = (event: Event): void => {
    events.push(event);
    if (event[0] !== "yield" && events.length > eventsMax) throw new Error("enough");
  };
  const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Int32Array(flag.buffer)[0] = flagValue;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: {
      mark: (id: number) => note(["mark", id]),
      ran: (count: number) => note(["ran", count]),
    },
    noos: {
      flag,
      memory0: new WebAssembly.Memory({ initial: 1 }),
      yield: () => note(["yield"]),
      allocate: () => 1e6,
    },
  });
  let outcome: string;
  try {
    outcome = String((instance.exports["run"] as WebAssembly.ExportedFunction)(5));
  } catch (error) {
    outcome = error instanceof Error ? error.message : Object.prototype.toString.call(error);
  }
  const { buffer } = instance.exports["memory"] as WebAssembly.Memory;
  return { outcome, memory: Buffer.from(buffer), events };
}

suite("instrument: properties", () => {
  test("an instrumented program does what the plain one does", () => {
    fc.assert(
      fc.property(programs([...straight, ...calls], 3), (program) => {
        const plain = assembleProgram(program);
        const expected = run(plain, 0);
        const actual = run(instrument(plain, options), 0);
        assert.equal(actual.outcome, expected.outcome);
        assert.deepEqual(actual.events, expected.events);
        assert.ok(actual.memory.equals(expected.memory));
      }),
      { numRuns: 150 },
    );
  });

  test("between two rounds of any loop the program yields, if its flag is up", () => {
    fc.assert(
      fc.property(programs([...straight, ...calls], 3), (program) => {
        const { events } = run(instrument(assembleProgram(program), options), 1);
        const markedSinceYield = new Set<number>();
        for (const [what, id = 0] of events) {
          if (what === "yield") markedSinceYield.clear();
          if (what !== "mark") continue;
          // Come to anew, as on the way up from a recursion: that is no round of it.
          if (id < 0) markedSinceYield.delete(-1 - id);
          if (id < 0) continue;
          assert.ok(!markedSinceYield.has(id), `loop ${id} went round without a yield`);
          markedSinceYield.add(id);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("between two yields a function runs no more instructions than promised", () => {
    const longestStep = 400;
    fc.assert(
      fc.property(programs(straight, 1), (program) => {
        const { events } = run(instrument(assembleProgram(program), options), 1);
        let count = 0;
        for (const [what, instructions = 0] of events) {
          count = what === "yield" ? 0 : count + (what === "ran" ? instructions : 0);
          // A loop that relies on a check within it begins with what its last round left over.
          assert.ok(count <= 2 * instructionsBetweenChecksMax + longestStep);
        }
      }),
      { numRuns: 100 },
    );
  });
});

suite("instrument: every opcode", () => {
  test("a module that has it is valid afterwards as well, with checks and without", () => {
    for (const [code, name, immediates = []] of opcodes) {
      const { bytes } = sampleOf(code, name, immediates);
      for (const checks of [true, false]) {
        const instrumented = instrument(bytes, { checks, tableElementsMax: 1 });
        assert.ok(WebAssembly.validate(instrumented), name);
      }
    }
  });
});

/** Modules with a bit of everything, to be damaged. */
const wholeModules: fc.Arbitrary<Uint8Array> = fc.oneof(
  programs([...straight, ...calls], 2).map(assembleProgram),
  fc
    .constantFrom(...opcodes)
    .map(([code, name, immediates = []]) => sampleOf(code, name, immediates).bytes),
);

interface Damage {
  readonly place: number;
  readonly value: number;
  /** Whether the bytes end there. */
  readonly isCut: boolean;
}

const anyDamage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(1_000_000),
  value: fc.nat(255),
  isCut: fc.nat(20).map((chance) => chance === 0),
});

function damage(whole: Uint8Array, damages: readonly Damage[]): Uint8Array {
  let bytes = whole.slice();
  for (const { place, value, isCut } of damages) {
    const at = place % bytes.length;
    if (isCut) bytes = bytes.slice(0, Math.max(1, at));
    else bytes[at] = value;
  }
  return bytes;
}

/** What `action` answers; undefined if it throws a `PlatformError`, the only thing it may throw. */
function unlessRefused<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error));
    assert.match(error.message, /, at byte \d+ \(0x|its tables start with/);
    return undefined;
  }
}

suite("instrument: damaged and hostile bytes", () => {
  test("damaged modules are refused or stay valid, and nothing else is thrown", () => {
    const damages = fc.array(anyDamage, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(wholeModules, damages, (whole, each) => {
        const bytes = damage(whole, each);
        unlessRefused(() => describe(bytes));
        const instrumented = unlessRefused(() => instrument(bytes, options));
        if (instrumented === undefined || !WebAssembly.validate(bytes)) return;
        assert.ok(WebAssembly.validate(instrumented));
      }),
      { numRuns: 1200 },
    );
  });

  test("a module that V8 calls valid after one byte was changed is never called malformed", () => {
    let validCount = 0;
    fc.assert(
      fc.property(wholeModules, anyDamage, (whole, one) => {
        const bytes = damage(whole, [{ ...one, isCut: false }]);
        if (!WebAssembly.validate(bytes)) return;
        validCount += 1;
        try {
          instrument(bytes, options);
        } catch (error) {
          assert.ok(error instanceof PlatformError);
          assert.notEqual(error.code, "WASM_MALFORMED", error.message);
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(validCount > 30, `only ${validCount} modules were valid`);
  });

  test("bytes of chance are refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (chance, hasHeader) => {
        const header = hasHeader ? [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0] : [];
        unlessRefused(() => instrument(Uint8Array.from([...header, ...chance]), options));
      }),
      { numRuns: 1000 },
    );
  });

  test("a module that exports the name of a start function is refused", () => {
    const bytes = assemble({
      functions: [{ code: [] }],
      exports: [exportOf(startExport, "function", 0)],
    });
    assert.throws(() => instrument(bytes, options), { code: "WASM_UNSUPPORTED" });
  });
});
