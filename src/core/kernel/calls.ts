import { assert } from "#core/base";
import { endOfGuest, fault, isStackOverflow, type Program, type Provided } from "#core/machine";
import { detour } from "#core/machine/gate";
import { errno, type Errno } from "#core/sys";
import type { Caller, Course, ImportFunctions, Personality } from "./personality.ts";
import type { Process } from "./process.ts";
import type { CallAnswer } from "./wait.ts";

/** What of the outside a call may consult. */
export type OutsidePart =
  | "clock"
  | "entropy"
  | "timers"
  | "streams"
  | "files"
  | "family"
  | "traffic";

/** How well a call is supported, and the function that does it. */
export interface CallRow {
  readonly support: "full" | "partial";
  /** Parameters and results as a description of an import writes them: `(i32, i64) -> i32`. */
  readonly type: string;
  /** What is different, when the support is partial. */
  readonly note: string;
  /** Empty for a call that is answered from the process's own state alone. */
  readonly asks: readonly OutsidePart[];
  /** Whether the call may suspend the guest. */
  readonly waits: boolean;
  readonly handler: (process: Process, ...parameters: never[]) => CallAnswer;
}

/**
 * A contract's functions by name. A row's place in its table, behind those of the personality that
 * it extends, is its number in a journal.
 */
export type CallTable = Readonly<Record<string, CallRow>>;

interface CallTraits {
  readonly type: string;
  readonly asks: readonly OutsidePart[];
  readonly waits?: boolean;
}

/** A row for a call that does all its contract says. */
export function full(traits: CallTraits, handler: CallRow["handler"]): CallRow {
  return { support: "full", note: "", waits: false, ...traits, handler };
}

/** A row for a call that does less than its contract says, or differently. */
export function partial(note: string, traits: CallTraits, handler: CallRow["handler"]): CallRow {
  return { support: "partial", note, waits: false, ...traits, handler };
}

type Parameter = number | bigint;
type Handler = (process: Process, ...parameters: Parameter[]) => CallAnswer;
type GuestFunction = (...parameters: Parameter[]) => number | Promise<number>;

/** The imports a table of calls makes: for each row a function that acts for the caller. */
export function bindCalls(
  table: CallTable,
  options: {
    readonly caller: Caller;
    readonly answerOf: (answer: Errno | undefined) => number;
    readonly isObserved: boolean;
    /** The number of the table's first row in a journal. */
    readonly firstRow?: number;
  },
): ImportFunctions {
  const functions = new Map<string, Provided>();
  const { firstRow = 0 } = options;
  for (const [index, [name, call]] of Object.entries(table).entries()) {
    const handler = call.handler as Handler;
    const bind = options.isObserved ? observedCall : plainCall;
    const bound = bind(handler, { ...options, row: firstRow + index });
    const { type, waits } = call;
    const parameterCount = handler.length - 1;
    functions.set(
      name,
      waits ? waitingImport(type, parameterCount, bound) : { type, value: bound },
    );
  }
  return functions;
}

/**
 * An import module beside those of a personality. It has no errors and no entry points of its own:
 * its calls answer the numbers of the personality, so that a program's C library can name them.
 */
export interface Extension {
  readonly module: string;
  readonly calls: CallTable;
  /** What programs may be called for, as a journal names looking for it: more rows, the last. */
  readonly duties?: readonly string[];
  /**
   * How a program runs that exports what the extension calls; `undefined` for any other. The first
   * of its duties has the number `firstDuty` in a journal.
   */
  readonly course?: (program: Program, process: Process, firstDuty: number) => Course | undefined;
}

/** A personality for programs that use `extension` too. Expects calls of other names. */
export function extended(base: Personality, extension: Extension): Personality {
  const { module, calls, duties = [] } = extension;
  const names = [...Object.keys(calls), ...duties];
  assert(
    names.every((name) => !base.calls.includes(name)),
    "a recording tells calls by their names",
  );
  const answerOf = (answer: Errno | undefined): number => base.answerOf(answer);
  const firstRow = base.calls.length;
  const firstDuty = firstRow + Object.keys(calls).length;
  return {
    ...base,
    name: `${base.name} ${module}`,
    calls: [...base.calls, ...names],
    imports: (caller, isObserved) =>
      new Map([
        ...base.imports(caller, isObserved),
        [module, bindCalls(calls, { caller, answerOf, isObserved, firstRow })],
      ]),
    course: (program, process) =>
      extension.course?.(program, process, firstDuty) ?? base.course(program, process),
  };
}

/** A detour is made when a guest first imports it: that takes 0.2 ms, and few guests want many. */
function waitingImport(type: string, parameterCount: number, bound: GuestFunction): Provided {
  let value: Provided["value"] | undefined;
  return {
    type,
    get value() {
      return (value ??= detour(parameterCount, bound));
    },
  };
}

interface Binding {
  readonly caller: Caller;
  readonly answerOf: (answer: Errno | undefined) => number;
  readonly row: number;
}

/**
 * A call as a function with as many parameters as its handler takes: gathering them in an array
 * would cost a third of what a short call takes.
 */
function plainCall(handler: Handler, binding: Binding): GuestFunction {
  const { caller, answerOf } = binding;
  const begin = (): Process => beginCall(caller);
  const finish = (answer: CallAnswer): number | Promise<number> => {
    if (answer === undefined) return 0;
    return answer instanceof Promise ? answer : answerOf(answer);
  };
  const failed = (thrown: unknown): number => answerOf(faultOf(caller, thrown));
  switch (handler.length - 1) {
    case 3:
      return (a, b, c) => {
        try {
          return finish(handler(begin(), a, b, c));
        } catch (thrown) {
          return failed(thrown);
        }
      };
    case 4:
      return (a, b, c, d) => {
        try {
          return finish(handler(begin(), a, b, c, d));
        } catch (thrown) {
          return failed(thrown);
        }
      };
    case 5:
      return (a, b, c, d, e) => {
        try {
          return finish(handler(begin(), a, b, c, d, e));
        } catch (thrown) {
          return failed(thrown);
        }
      };
    case 6:
      return (a, b, c, d, e, f) => {
        try {
          return finish(handler(begin(), a, b, c, d, e, f));
        } catch (thrown) {
          return failed(thrown);
        }
      };
    default:
      return (...parameters) => {
        try {
          return finish(handler(begin(), ...parameters));
        } catch (thrown) {
          return failed(thrown);
        }
      };
  }
}

function beginCall(caller: Caller): Process {
  const { process } = caller;
  if (process.isEnding) throw endOfGuest;
  process.meter.calls += 1;
  return process;
}

/**
 * EFAULT for a bad address of the guest. What ends the guest, and the engine's own word for a stack
 * that is used up, passes its handlers by itself. Anything else is a defect of ours, which no
 * handler of the guest may hide.
 */
function faultOf({ process }: Caller, thrown: unknown): Errno {
  if (thrown === fault) return errno.EFAULT;
  if (thrown === endOfGuest) throw endOfGuest;
  if (isStackOverflow(thrown)) throw thrown;
  return process.fail(thrown);
}

/** As `plainCall`, and shows the process's observer the call before and after. */
function observedCall(handler: Handler, { caller, answerOf, row }: Binding): GuestFunction {
  return (...parameters) => {
    try {
      const process = beginCall(caller);
      process.noteObservedRow(row);
      process.observer?.entered(process, row, parameters);
      const answer = attempt(handler, caller, parameters);
      if (answer instanceof Promise) return answer;
      const number = answerOf(answer);
      process.observer?.answered(process, row, number);
      return number;
    } catch (thrown) {
      return answerOf(faultOf(caller, thrown));
    }
  };
}

function attempt(
  handler: Handler,
  caller: Caller,
  parameters: readonly (number | bigint)[],
): CallAnswer {
  try {
    return handler(caller.process, ...parameters);
  } catch (thrown) {
    return faultOf(caller, thrown);
  }
}
