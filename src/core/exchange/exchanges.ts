import { assert } from "#core/base";
import { LinkedList, NumberTable } from "#core/base/collections";
import type { Outside } from "#core/host";
import type { Inlet, IncomingRequest, Outlet, RequestHead } from "#core/host/traffic";
import { type Waiter, WaitQueue } from "#core/stream";
import { errno, Errno } from "#core/sys";
import { IncomingExchange } from "./incoming-exchange.ts";
import { OutgoingExchange } from "./outgoing-exchange.ts";
import { AlarmClock } from "./alarm-clock.ts";
import { PassedAnswer, type PassedAnswerOptions } from "./passed-answer.ts";

/** What a program that never waits is told. The order of the names is that of their numbers. */
export const eventKinds = [
  "request",
  "readable",
  "writable",
  "answered",
  "message",
  "gone",
  "timer",
  "notice",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** An event as it is told: what, and of which exchange or timer. */
export interface TrafficEvent {
  readonly kind: EventKind;
  readonly subject: number;
}

export type Exchange = IncomingExchange | OutgoingExchange;

/** What a process may hold and reach. */
export interface ExchangesOptions {
  readonly inlet: Inlet | undefined;
  readonly outlet: Outlet | undefined;
  readonly timers: Outside["timers"];
  /** Exchanges of either kind that it may hold at a time. */
  readonly exchangesMax: number;
}

/** Numbers fit a guest's signed word; 0 is no exchange. */
const numberMax = 2 ** 31 - 1;
/** Exchanges and timers have numbers below this. */
const subjectCount = 2 ** 32;

/** All exchanges of one process, and the events it is still to be told. */
export class Exchanges {
  /** Woken when a request came, none will come any more, or an event is to be told. */
  readonly stirred: WaitQueue = new WaitQueue();
  readonly #inlet: Inlet | undefined;
  readonly #outlet: Outlet | undefined;
  readonly #exchangesMax: number;
  readonly #alarms: AlarmClock;
  readonly #open = new NumberTable<Exchange>();
  /** Kind and subject of each event in one number, in their order; each is in it once. */
  readonly #events = new Set<number>();
  /** The events it asked to be told of, as numbers of the same kind. */
  readonly #watched = new Set<number>();
  readonly #whenGone = (exchange: IncomingExchange): void => this.#gone(exchange);
  /** Answers that come and go without the process. */
  readonly #passed = new LinkedList<PassedAnswer>();
  #current: IncomingExchange | undefined = undefined;
  #lastNumber = 0;
  #incomingCount = 0;
  #incomingMax = 1;
  #arrived: IncomingRequest | undefined = undefined;
  #isAsking = false;
  #isEnded: boolean;
  #isClosed = false;
  #isEventful = false;

  constructor(options: ExchangesOptions) {
    this.#inlet = options.inlet;
    this.#outlet = options.outlet;
    this.#exchangesMax = options.exchangesMax;
    this.#isEnded = options.inlet === undefined;
    this.#alarms = new AlarmClock(options.timers, (id) => this.#tell("timer", id));
  }

  /** Whether requests may come at all. */
  get isServing(): boolean {
    return this.#inlet !== undefined;
  }

  /** Whether the program is told of events, and none of its calls waits. */
  get isEventful(): boolean {
    return this.#isEventful;
  }

  /** Whether no request is served, and none will come any more. */
  get isIdleForGood(): boolean {
    const isServing = this.#incomingCount > 0 || this.#passed.size > 0;
    return this.#isEnded && !isServing && this.#arrived === undefined;
  }

  /**
   * Whether nothing is left to be told, ever: no request will come, none is served or made. Timers
   * keep a process only that never served.
   */
  get isDone(): boolean {
    const isQuiet = this.isIdleForGood && this.#open.size === 0 && this.#events.size === 0;
    return isQuiet && (this.isServing || this.#alarms.count === 0);
  }

  get exchangesMax(): number {
    return this.#exchangesMax;
  }

  get alarms(): AlarmClock {
    return this.#alarms;
  }

  /** The program is to be told of events, and serves so many requests at a time. */
  makeEventful(incomingMax: number): void {
    this.#isEventful = true;
    this.#incomingMax = Math.max(1, Math.min(incomingMax, this.#exchangesMax));
  }

  /** All that are held. */
  all(): readonly Exchange[] {
    return this.#open.values();
  }

  find(number: number): Exchange | undefined {
    return this.#open.get(number);
  }

  // --- requests that come --------------------------------------------------------------------

  /**
   * The next request to be served; `undefined` when none is there, or as many are served as may
   * be. Where there is room for one, it is asked for, which wakes `stirred`.
   */
  takeRequest(): IncomingExchange | undefined {
    if (this.#isFull || this.#incomingCount >= this.#incomingMax) return undefined;
    const request = this.#arrived ?? (this.#mayAsk ? this.#inlet?.take?.() : undefined);
    this.#arrived = undefined;
    if (request !== undefined) return this.#serve(request);
    if (this.#mayAsk) this.#ask();
    return undefined;
  }

  /** No request is asked for any more; those that came are served. */
  drain(): void {
    this.#isEnded = true;
  }

  get #mayAsk(): boolean {
    return !this.#isAsking && !this.#isEnded && !this.#isClosed;
  }

  #ask(): void {
    this.#isAsking = true;
    this.#inlet?.next((request) => {
      this.#isAsking = false;
      if (request === "end") this.#isEnded = true;
      else if (this.#isClosed) return request.abandon("the process has ended");
      else this.#arrived = request;
      this.stirred.wake();
    });
  }

  #serve(request: IncomingRequest): IncomingExchange {
    const exchange = new IncomingExchange(this.#nextNumber(), request, this.#whenGone);
    this.#open.set(exchange.number, exchange);
    this.#incomingCount += 1;
    this.#current = exchange;
    if (this.#isEventful) exchange.watch();
    return exchange;
  }

  // --- requests it makes ---------------------------------------------------------------------

  /** Makes a request: EMFILE when it holds as many as it may, ENOENT for what is not granted. */
  request(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingExchange | Errno {
    // Who serves one at a time keeps room for it: with all used up, it would never be called again.
    const serving = this.isServing && !this.#isEventful ? 1 : this.#incomingCount;
    const made = this.#open.size - this.#incomingCount + this.#passedCount;
    if (made + serving >= this.#exchangesMax) return errno.EMFILE;
    const request = this.#outlet?.request(head, options) ?? errno.ENOENT;
    if (request instanceof Errno) return request;
    const exchange = new OutgoingExchange(this.#nextNumber(), request);
    this.#open.set(exchange.number, exchange);
    return exchange;
  }

  /**
   * Answers a request with what comes of one that was made, with this head in place of its own if
   * there is one. Neither is the process's any more. EALREADY for what was answered or read from,
   * EBUSY while the body of the one that was made is not complete, EPIPE when nobody waits, and why
   * the request that was made has no answer.
   */
  pass(
    incoming: IncomingExchange,
    outgoing: OutgoingExchange,
    options: Pick<PassedAnswerOptions, "head" | "carried">,
  ): Errno | undefined {
    const { refusal } = incoming;
    if (refusal !== undefined) return refusal;
    if (outgoing.head instanceof Errno) return outgoing.head;
    if (outgoing.isRead) return errno.EALREADY;
    if (outgoing.output !== undefined) return errno.EBUSY;
    const passed = new PassedAnswer(incoming.request, outgoing.request, {
      ...options,
      over: () => {
        // Only who waits for room, or for the end, has something to do now.
        const isAwaited = this.#isEnded || this.#isFull;
        this.#passed.remove(link);
        if (isAwaited) this.stirred.wake();
      },
    });
    const link = this.#passed.add(passed);
    this.#forget(incoming);
    this.#forget(outgoing);
    incoming.pass(passed);
    outgoing.pass(passed);
    return undefined;
  }

  get #isFull(): boolean {
    return this.#open.size + this.#passedCount >= this.#exchangesMax;
  }

  /** Exchanges that are under way without the process, of which it may have no more for them. */
  get #passedCount(): number {
    return this.#passed.size * 2;
  }

  /**
   * Nobody waits for its answer. A program of events is told, and knows what is for nothing then;
   * of one that is called for each request, that is all that it has asked for.
   */
  #gone(exchange: IncomingExchange): void {
    if (this.#isEventful) return this.#tell("gone", exchange.number);
    for (const each of this.#open.values()) {
      if (each.kind === "outgoing") each.cancel(errno.ECONNABORTED);
    }
  }

  // --- events --------------------------------------------------------------------------------

  /**
   * The program may be about to wait: whoever sent the request it serves may go away meanwhile. Of
   * one that is called for each request it is the only one.
   */
  watchCurrent(): void {
    this.#current?.watch();
  }

  /** A timer of the program's does not ring, nor is one that has rung told. */
  cancelTimer(id: number): void {
    this.#alarms.cancel(id);
    this.#events.delete(keyOf("timer", id));
  }

  /** Tells `kind` of the exchange once `queue` wakes: it was asked for, and was not there. */
  watch(exchange: Exchange, kind: EventKind, queue: WaitQueue): void {
    const key = keyOf(kind, exchange.number);
    // However often it asks, it is told once.
    if (this.#watched.has(key)) return;
    this.#watched.add(key);
    const waiter: Waiter = {
      wake: () => {
        queue.remove(waiter);
        this.#watched.delete(key);
        this.#tell(kind, exchange.number);
      },
    };
    queue.add(waiter);
  }

  /** The event that waits longest, which is told with this. */
  takeEvent(): TrafficEvent | undefined {
    for (const key of this.#events) {
      this.#events.delete(key);
      const kind = eventKinds[Math.floor(key / subjectCount)];
      const subject = key % subjectCount;
      if (kind === "timer" || (kind !== undefined && this.#open.has(subject))) {
        return { kind, subject };
      }
    }
    return undefined;
  }

  #tell(kind: EventKind, subject: number): void {
    if (!this.#isEventful || this.#isClosed) return;
    this.#events.add(keyOf(kind, subject));
    this.stirred.wake();
  }

  // --- the end -------------------------------------------------------------------------------

  /** The process is done with an exchange: what is not complete of it is given up. */
  close(exchange: Exchange, why: string): void {
    if (this.#forget(exchange)) exchange.close(why);
  }

  /** It is not the process's any more; answers `false` when it was not. */
  #forget(exchange: Exchange): boolean {
    if (!this.#open.delete(exchange.number)) return false;
    if (exchange.kind === "incoming") this.#incomingCount -= 1;
    if (exchange === this.#current) this.#current = undefined;
    if (this.#watched.size > 0) {
      for (const kind of eventKinds) this.#watched.delete(keyOf(kind, exchange.number));
    }
    return true;
  }

  /** The process has ended: all it holds is given up, which whoever gave it knows by then. */
  closeAll(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#inlet?.close();
    const why = "the process has ended";
    for (const exchange of this.#open.values()) exchange.close(why);
    for (const passed of this.#passed.values()) passed.abandon(why);
    this.#open.clear();
    this.#events.clear();
    this.#alarms.cancelAll();
    this.#arrived?.abandon(why);
    this.#arrived = undefined;
  }

  #nextNumber(): number {
    assert(this.#open.size < numberMax, "fewer exchanges are held than there are numbers");
    do this.#lastNumber = (this.#lastNumber % numberMax) + 1;
    while (this.#open.has(this.#lastNumber));
    return this.#lastNumber;
  }
}

function keyOf(kind: EventKind, subject: number): number {
  return eventKinds.indexOf(kind) * subjectCount + subject;
}
