import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Bytes } from "#core/machine/assembler";
import { Edit } from "./edits.ts";
import { BodyPlanner, instructionsBetweenChecksMax, type PlanContext } from "./plan.ts";

/** Opcodes by name, with their immediates. */
const nop = [0x01];
const block = [0x02, 0x40];
const loop = [0x03, 0x40];
const if_ = [0x04, 0x40];
const else_ = [0x05];
const try_ = [0x06, 0x40];
const catchAll = [0x19];
const end = [0x0b];
const return_ = [0x0f];
const callIndirect = [0x11, 0, 0];
const condition = [0x41, 0];
const fill = [0xfc, 0x0b, 0];
const br = (label: number): Bytes => [0x0c, label];
const brIf = (label: number): Bytes => [...condition, 0x0d, label];

/** Functions of the module around: 0 is an import, 1 checks at its entry, 2 is a leaf. */
const callImport = [0x10, 0];
const callChecked = [0x10, 1];
const callLeaf = [0x10, 2];
const leafInstructions = 100;
const around: PlanContext = {
  importedFunctions: 1,
  leaves: Uint8Array.of(0, leafInstructions),
  hasSharedMemory: false,
  indexShift: 1,
  added: { rangeCall: () => undefined, charge: () => undefined },
};

function many(count: number, code: Bytes): Bytes {
  return Array.from({ length: count }, () => code).flat();
}

/** The offsets in the code before which a check is planned. */
function checksIn(
  parts: readonly Bytes[],
  options: { readonly isLeaf?: boolean; readonly context?: PlanContext } = {},
): readonly number[] {
  const bytes = Uint8Array.from([...parts.flat(), ...end]);
  const body = { from: 0, code: 0, to: bytes.length };
  const planner = new BodyPlanner(bytes, options.context ?? around);
  const edits = planner.plan(body, { isLeaf: options.isLeaf ?? false });
  return Array.from({ length: edits.count }, (_, row) => row)
    .filter((row) => edits.value(row) === Edit.check)
    .map((row) => edits.from(row));
}

suite("plan: function entries", () => {
  test("a function checks at its entry", () => {
    assert.deepEqual(checksIn([nop]), [0]);
  });

  test("a leaf does not", () => {
    assert.deepEqual(checksIn([nop], { isLeaf: true }), []);
  });
});

suite("plan: loops", () => {
  const cases: readonly (readonly [string, readonly Bytes[], readonly number[]])[] = [
    ["a loop checks at its head", [loop, brIf(0), end], [0, 2]],
    ["a loop nobody goes back to does not", [loop, nop, end], [0]],
    ["nor one that cannot be reached", [return_, loop, br(0), end], [0]],
    ["a branch table goes back as well", [loop, condition, [0x0e, 1, 1, 0], end], [0, 2]],
    [
      "a loop that always calls a function that checks needs none",
      [loop, callChecked, br(0), end],
      [0],
    ],
    ["a call behind the way back does not count", [loop, brIf(0), callChecked, end], [0, 2]],
    ["nor a call of an import", [loop, callImport, br(0), end], [0, 2]],
    ["nor a call of a leaf", [loop, callLeaf, br(0), end], [0, 2]],
    ["nor a call of who knows what", [loop, callIndirect, br(0), end], [0, 2]],
    [
      "a call on one way round only does not count",
      [loop, condition, if_, callChecked, end, br(0), end],
      [0, 2],
    ],
    [
      "a call on each way round does",
      [loop, condition, if_, callChecked, else_, callChecked, end, br(0), end],
      [0],
    ],
    [
      "a way past the call through a block does not count",
      [loop, block, brIf(0), callChecked, end, br(0), end],
      [0, 2],
    ],
    [
      "a call in one arm does not count for the other",
      [loop, condition, if_, callChecked, else_, br(1), end, br(0), end],
      [0, 2],
    ],
    [
      "nor does an arm that leaves the function",
      [loop, condition, if_, return_, else_, br(1), end, end],
      [0, 2],
    ],
    [
      "around a loop that is never gone round, another checks",
      [loop, loop, nop, end, br(0), end],
      [0, 2],
    ],
    [
      "around a loop that checks, another needs none",
      [loop, loop, brIf(0), end, br(0), end],
      [0, 4],
    ],
    [
      "around a loop that may be skipped, another checks as well",
      [loop, condition, if_, loop, brIf(0), end, end, br(0), end],
      [0, 2, 8],
    ],
    ["an inner loop that goes on with the outer one", [loop, loop, br(1), end, end], [0, 2]],
    [
      "of two loops one after the other each checks",
      [loop, brIf(0), end, loop, brIf(0), end],
      [0, 2, 9],
    ],
    ["a call before a loop does not count", [callChecked, loop, brIf(0), end], [0, 4]],
    [
      "a handler checks by itself, for the call before it may not have happened",
      [loop, try_, callChecked, catchAll, end, br(0), end],
      [0, 7],
    ],
  ];
  for (const [what, code, expected] of cases) {
    test(what, () => assert.deepEqual(checksIn(code), expected));
  }
});

suite("plan: long ways", () => {
  const max = instructionsBetweenChecksMax;

  test("a straight line checks each time the limit is reached", () => {
    assert.deepEqual(checksIn([many(3 * max, nop)]), [0, max, 2 * max, 3 * max]);
  });

  test("of two arms the longer one counts", () => {
    const arms = [condition, if_, many(max - 10, nop), else_, nop, end];
    assert.equal(checksIn([...arms, many(20, nop)]).length, 2);
    assert.deepEqual(checksIn([condition, if_, nop, else_, nop, end, many(max - 10, nop)]), [0]);
  });

  test("an arm that leaves the function does not count", () => {
    assert.deepEqual(
      checksIn([condition, if_, many(max - 10, nop), return_, end, many(20, nop)]),
      [0],
    );
  });

  test("a call that checks starts the count anew", () => {
    assert.deepEqual(checksIn([many(max - 10, nop), callChecked, many(max - 10, nop)]), [0]);
  });

  test("a leaf's instructions count at its call", () => {
    const calls = Math.ceil(max / (leafInstructions + 1));
    assert.deepEqual(checksIn([many(calls, callLeaf)]), [0, calls * callLeaf.length]);
  });

  test("a handler checks first, for it is not known what ran before", () => {
    assert.deepEqual(checksIn([try_, nop, catchAll, nop, end]), [0, 4]);
  });

  test("where a handler of a try_table leads, too", () => {
    const tryTable = [0x1f, 0x40, 1, 2, 0];
    assert.deepEqual(checksIn([block, tryTable, nop, end, end, nop]), [0, 10]);
  });

  test("a check that is due at the head of a loop is made once", () => {
    assert.deepEqual(checksIn([many(max - 1, nop), loop, brIf(0), end]), [0, max + 1]);
  });
});

suite("plan: instructions that take their time", () => {
  test("an operation on a whole range is preceded by a check of its own", () => {
    assert.deepEqual(checksIn([nop, fill, fill]), [0, 1, 4]);
  });

  test("but not by two", () => {
    assert.deepEqual(checksIn([fill]), [0]);
  });

  test("and not where it cannot be reached", () => {
    assert.deepEqual(checksIn([nop, return_, fill]), [0]);
  });

  test("waiting is refused if a memory is shared, and left alone if it can only trap", () => {
    const wait = [0xfe, 0x01, 2, 0];
    assert.deepEqual(checksIn([wait]), [0]);
    assert.throws(() => checksIn([nop, wait], { context: { ...around, hasSharedMemory: true } }), {
      code: "WASM_UNSUPPORTED",
      message: /waiting on shared memory .* at byte 1 /,
    });
  });
});

suite("plan: code that is no code", () => {
  const refusals: readonly (readonly [string, readonly Bytes[], RegExp])[] = [
    ["a label outside", [br(1)], /a label leads nowhere, at byte 0 /],
    ["an else of nothing", [nop, else_], /an else has no if, at byte 1 /],
    ["a second else", [condition, if_, else_, else_, end], /an else has no if, at byte 5 /],
    ["a catch of nothing", [catchAll], /a catch has no try, at byte 0 /],
    ["a block without an end", [block], /a function has no end, at byte 3 /],
    ["an end too many", [end], /code goes on behind the end of a function, at byte 1 /],
    ["a call of nothing", [[0x10, 9]], /there is no function 9, at byte 0 /],
    [
      "a reference to the last function there could be",
      [nop, [0xd2, 0xff, 0xff, 0xff, 0xff, 0x0f]],
      /there is no function 4294967295, at byte 1 /,
    ],
  ];
  for (const [what, code, message] of refusals) {
    test(`${what} is malformed`, () => {
      assert.throws(() => checksIn(code), { code: "WASM_MALFORMED", message });
    });
  }

  test("blocks nested without end are refused, not a stack overflow", () => {
    assert.throws(() => checksIn([many(1_000_000, block)]), {
      code: "WASM_UNSUPPORTED",
      message: /nested deeper than 65536/,
    });
  });
});
