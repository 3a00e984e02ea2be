import { assemble, exportOf, functionType, importOf, Type, u32 } from "#core/machine/assembler";
import { noosHttp } from "#core/personality/noos-http";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1Calls } from "#core/personality/wasi-p1";

type Bytes = readonly number[];

/** Where a puppet finds its order: the place of the act in the list. */
export const orderAddress: number = 65_536 - 128;

/** Where it finds the parameters of the act, each in 8 bytes. */
export function parameterAddress(index: number): number {
  return orderAddress + 8 + index * 8;
}

/** What a puppet can do beside calling the contract's functions. */
const deeds: Readonly<Record<string, (parameter: (index: number) => Bytes) => Bytes>> = {
  /** Counts down from its parameter: a loop with a check. */
  spin: (parameter) =>
    [
      [...parameter(0), op.localSet, 1],
      [op.loop, op.empty, op.localGet, 1, op.i32Const, 1, op.i32Sub, op.localTee, 1, op.brIf, 0],
      [op.end],
    ].flat(),
  grow: (parameter) => [...parameter(0), op.memoryGrow, 0, op.call, 1],
  trap: () => [op.unreachable],
};

const op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  drop: 0x1a,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i64Load: 0x29,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i32Sub: 0x6b,
  empty: 0x40,
} as const;

const calls = { ...wasiP1Calls, ...noosProcess.calls, ...noosHttp.calls };

/** Everything a puppet can be told to do; an order names its place in this list. */
export const acts: readonly string[] = [...Object.keys(calls), ...Object.keys(deeds)];

interface Signature {
  readonly parameters: readonly ("i32" | "i64")[];
  readonly hasResult: boolean;
}

/** The types of a function's parameters and whether it answers, from its row in the table. */
export function signatureOf(call: string): Signature {
  const [parameters = "", result] = (calls[call]?.type ?? "() -> ()").split(" -> ");
  const types = parameters
    .slice(1, -1)
    .split(", ")
    .filter((type) => type !== "");
  return { parameters: types as Signature["parameters"], hasResult: result === "i32" };
}

/**
 * A program that does what it is told: it asks `puppet.next` for an order, carries it out, hands
 * what came of it to `puppet.done`, and begins again; it ends when the order is none of its acts.
 * It imports the calls of WASI from the module `contract`.
 */
export function puppetProgram(
  memory: { readonly pages: number; readonly pagesMax: number },
  contract: string,
): Uint8Array {
  const names = Object.keys(calls);
  const signatures = names.map(signatureOf);
  const nothing = functionType([], []);
  const taking = functionType([Type.i32], []);
  const answering = functionType([], [Type.i32]);
  const callTypes = signatures.map(({ parameters, hasResult }) =>
    functionType(
      parameters.map((type) => Type[type]),
      hasResult ? [Type.i32] : [],
    ),
  );
  return assemble({
    types: [nothing, taking, answering, ...callTypes],
    imports: [
      importOf("puppet", "next", "function", [2]),
      importOf("puppet", "done", "function", [1]),
      ...names.map((name, index) =>
        importOf(moduleOf(name, contract), name, "function", u32(3 + index)),
      ),
    ],
    functions: [{ locals: [Type.i32, Type.i32], code: obeying(signatures) }],
    memories: [[1, ...u32(memory.pages), ...u32(memory.pagesMax)]],
    exports: [exportOf("memory", "memory", 0), exportOf("_start", "function", 2 + names.length)],
  });
}

function moduleOf(call: string, contract: string): string {
  if (call in noosHttp.calls) return noosHttp.module;
  return call in noosProcess.calls ? noosProcess.module : contract;
}

/** A loop around a switch: one block for each act, the innermost first, and one around them all. */
function obeying(signatures: readonly Signature[]): Bytes {
  const bodies = [
    ...signatures.map(calling),
    ...Object.values(deeds).map((deed) => deed((index) => load("i32", index))),
  ];
  const count = bodies.length;
  const targets = bodies.flatMap((_, index) => u32(index));
  return [
    [op.block, op.empty, op.loop, op.empty],
    bodies.flatMap(() => [op.block, op.empty]),
    [op.call, 0, op.drop],
    [...i32Const(orderAddress), op.i32Load, 2, 0],
    [op.brTable, ...u32(count), ...targets, ...u32(count + 1)],
    bodies.flatMap((body, index) => [op.end, ...body, op.br, ...u32(count - 1 - index)]),
    [op.end, op.end],
  ].flat();
}

function calling({ parameters, hasResult }: Signature, index: number): Bytes {
  const loads = parameters.flatMap((type, place) => load(type, place));
  return [...loads, op.call, ...u32(2 + index), ...(hasResult ? [op.call, 1] : [])];
}

function load(type: "i32" | "i64", index: number): Bytes {
  const code = type === "i32" ? [op.i32Load, 2] : [op.i64Load, 3];
  return [...i32Const(parameterAddress(index)), ...code, 0];
}

function i32Const(value: number): Bytes {
  // Three bytes of signed LEB128 hold what is below 2^20.
  return [op.i32Const, (value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, (value >> 14) & 0x7f];
}
