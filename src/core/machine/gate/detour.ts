import { i32, section, smallModule, text } from "./small-module.ts";

/**
 * A function for guests that suspends only when it has to.
 *
 * V8 takes a tenth of a microsecond for an import that *may* suspend, each time, and runs all
 * pending microtasks after it, also when it did not. Calls of the guest therefore go to a plain
 * import first. Where that answers that the guest has to wait, a detour is taken through an import
 * that suspends:
 *
 *     (func (param i32 …) (result i32) (local i32)
 *       local.get 0 …  call $now  local.tee $answer  i32.const -1  i32.eq
 *       if (result i32)  call $later  else  local.get $answer  end)
 */
export function detour(
  parameterCount: number,
  now: (...parameters: never[]) => number | Promise<number>,
): WebAssembly.ImportValue {
  let waiting: Promise<number> | undefined;
  const imports = {
    now: (...parameters: never[]): number => {
      const answer = now(...parameters);
      if (typeof answer === "number") return answer;
      waiting = answer;
      return mustWait;
    },
    later: new WebAssembly.Suspending(() => {
      const answer = waiting;
      waiting = undefined;
      return answer;
    }),
  };
  const module = modules.getOrInsertComputed(parameterCount, assemble);
  const { exports } = new WebAssembly.Instance(module, { detour: imports });
  return exports["call"] as WebAssembly.ExportedFunction;
}

/** No contract has an answer below zero. */
const mustWait = -1;

const modules = new Map<number, WebAssembly.Module>();

function assemble(parameterCount: number): WebAssembly.Module {
  const parameters = Array.from({ length: parameterCount }, (_, index) => index);
  const body = [
    [1, 1, i32],
    parameters.flatMap((index) => [0x20, index]),
    [0x10, 0, 0x22, parameterCount, 0x41, 0x7f, 0x46],
    [0x04, i32, 0x10, 1, 0x05, 0x20, parameterCount, 0x0b, 0x0b],
  ].flat();
  const now = [0x60, parameterCount, ...parameters.map(() => i32), 1, i32];
  const later = [0x60, 0, 1, i32];
  return smallModule([
    section(1, [[2], now, later]),
    section(2, [[2], text("detour"), text("now"), [0, 0], text("detour"), text("later"), [0, 1]]),
    section(3, [[1, 0]]),
    section(7, [[1], text("call"), [0, 2]]),
    section(10, [[1, body.length], body]),
  ]);
}
