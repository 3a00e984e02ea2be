import { bindCalls, type Personality } from "#core/kernel";
import { PlatformError } from "#core/sys";
import { calls, moduleNames, olderCalls } from "./calls.ts";
import { answerOf } from "#core/personality/wasi-p1/abi";
import { rightsOfKind } from "#core/personality/wasi-p1/files";

/**
 * WASI preview 1 commands and reactors: a command starts at `_start`; a reactor's `_initialize`
 * is called, and then it is over.
 */
export const wasiP1: Personality = {
  name: "wasi-p1",
  calls: Object.keys(calls),
  rightsOf: rightsOfKind,
  answerOf,
  imports(caller, isObserved) {
    const [current, older] = moduleNames;
    return new Map([
      [current, bindCalls(calls, { caller, answerOf, isObserved })],
      [older, bindCalls(olderCalls, { caller, answerOf, isObserved })],
    ]);
  },
  course(program) {
    for (const name of ["_start", "_initialize"]) {
      if (program.hasFunction(name, "() -> ()")) return { entries: [name] };
    }
    const why = "it exports no function `_start` (or `_initialize`) that takes and gives nothing";
    throw new PlatformError(`cannot start "${program.name}": ${why}`, {
      code: "ENTRY_MISSING",
      hint: "build it as a WASI command, for example with --target=wasm32-wasi and a main function",
    });
  },
};
