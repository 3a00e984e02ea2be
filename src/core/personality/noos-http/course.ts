import type { IncomingExchange } from "#core/exchange";
import { type Course, type Duty, notYet, type Process } from "#core/kernel";
import { type Program, restoredExport } from "#core/machine";
import { PlatformError } from "#core/sys";
import { eventNumber } from "./records.ts";

const handle = { entry: "noos_handle", type: "(i32) -> ()" } as const;
const event = { entry: "noos_event", type: "(i32, i32) -> ()" } as const;

/** What programs may be called for, in the order of their numbers in a journal. */
export const dutyNames: readonly string[] = [handle.entry, event.entry];

/** How many requests a program of events serves at a time: it may export a function to say so. */
const concurrency = { entry: "noos_concurrency", type: "() -> i32" } as const;

/** Whether the kernel calls the program for what comes. */
export function isHandler(program: Program): boolean {
  return [handle, event].some(({ entry, type }) => program.hasFunction(entry, type));
}

/** Whether a handler is called for events, of any number of requests at a time. */
export function isEventful(program: Program): boolean {
  return program.hasFunction(event.entry, event.type);
}

/**
 * A handler is initialised, and then called: for each event, or for each request. Throws
 * `ENTRY_MISSING` for one that is a command, too, and `GRANT_INVALID` where no request can come.
 */
export function course(program: Program, process: Process, firstDuty: number): Course | undefined {
  if (!isHandler(program)) return undefined;
  if (program.hasFunction("_start", "() -> ()")) throw isCommand(program);
  const initialisers = program.hasFunction("_initialize", "() -> ()") ? ["_initialize"] : [];
  // Every process is called by it, so that the first does the same as those that follow.
  const entries = program.hasFunction(restoredExport, "() -> ()") ? [restoredExport] : [];
  if (!isEventful(program)) {
    if (!process.exchanges.isServing) throw notServing(program);
    return { initialisers, entries, duty: () => new HandleDuty(process, firstDuty) };
  }
  const hasConcurrency = program.hasFunction(concurrency.entry, concurrency.type);
  const { exchangesMax } = process.exchanges;
  // What it does in `_initialize` may already be to set timers and make requests.
  process.exchanges.makeEventful(exchangesMax);
  return {
    initialisers,
    entries: hasConcurrency ? [...entries, concurrency.entry] : entries,
    duty: (last) => {
      if (hasConcurrency) process.exchanges.makeEventful(Number(last));
      const readsNotices = program.importsFunction("noos:process", "next_exit");
      return new EventDuty(process, { row: firstDuty + 1, readsNotices });
    },
  };
}

/** One request after the other; in its calls the program may wait. */
class HandleDuty implements Duty {
  readonly entry: string = handle.entry;
  readonly row: number;
  readonly on: Duty["on"];
  first = 0;
  readonly second = 0;
  isOver = false;
  readonly #process: Process;
  #current: IncomingExchange | undefined = undefined;

  constructor(process: Process, row: number) {
    this.#process = process;
    this.row = row;
    this.on = queuesOf(process);
  }

  look(): undefined | typeof notYet {
    const { exchanges } = this.#process;
    drainIfAsked(this.#process);
    const exchange = exchanges.takeRequest();
    if (exchange !== undefined) {
      this.#current = exchange;
      this.first = exchange.number;
      return undefined;
    }
    if (!exchanges.isIdleForGood) return notYet;
    this.isOver = true;
    return undefined;
  }

  done(): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange === undefined) return;
    this.#process.exchanges.close(exchange, "the program returned without a complete answer");
  }
}

/** Whatever comes, as it comes; the program waits in no call and has many requests at a time. */
class EventDuty implements Duty {
  readonly entry: string = event.entry;
  readonly row: number;
  readonly on: Duty["on"];
  first = 0;
  second = 0;
  isOver = false;
  readonly #process: Process;
  readonly #readsNotices: boolean;
  #toldNotice: unknown = undefined;

  constructor(process: Process, options: { readonly row: number; readonly readsNotices: boolean }) {
    this.#process = process;
    this.row = options.row;
    this.on = queuesOf(process);
    this.#readsNotices = options.readsNotices;
  }

  look(): undefined | typeof notYet {
    const { exchanges } = this.#process;
    // What was begun goes before what is new.
    const told = exchanges.takeEvent();
    if (told !== undefined) return this.#tell(eventNumber(told.kind), told.subject);
    if (this.#hasNotice()) return this.#tell(eventNumber("notice"), 0);
    const exchange = exchanges.takeRequest();
    if (exchange !== undefined) return this.#tell(eventNumber("request"), exchange.number);
    if (!exchanges.isDone || this.#awaitsNotices()) return notYet;
    this.isOver = true;
    return undefined;
  }

  done(): void {}

  #tell(what: number, subject: number): undefined {
    this.first = what;
    this.second = subject;
  }

  /** Whether a notice waits that it was not told of. Who reads none ends when it is asked to. */
  #hasNotice(): boolean {
    if (!this.#readsNotices) {
      drainIfAsked(this.#process);
      return false;
    }
    const notice = this.#process.kin?.peekNotice();
    if (notice === undefined || notice === this.#toldNotice) return false;
    this.#toldNotice = notice;
    return true;
  }

  /** A program that serves nobody may be there for its children. */
  #awaitsNotices(): boolean {
    const { kin, exchanges } = this.#process;
    return this.#readsNotices && kin !== undefined && !exchanges.isServing;
  }
}

function queuesOf({ exchanges, kin }: Process): Duty["on"] {
  return kin === undefined ? [exchanges.stirred] : [exchanges.stirred, kin.noticed];
}

/** A process that is asked to end finishes what it serves, and takes nothing more. */
function drainIfAsked({ exchanges, kin }: Process): void {
  if (kin?.peekNotice()?.kind === "asked") exchanges.drain();
}

function isCommand(program: Program): PlatformError {
  const why = "it exports `_start`, as a command does, and a function to be called for requests";
  return new PlatformError(`cannot start "${program.name}": ${why}`, {
    code: "ENTRY_MISSING",
    hint: "build it as a reactor, for example with -mexec-model=reactor",
  });
}

function notServing(program: Program): PlatformError {
  return new PlatformError(
    `cannot start "${program.name}": it serves requests, and none can come to it`,
    { code: "GRANT_INVALID", hint: "give it a route in a manifest, and deploy that" },
  );
}
