import { errno, more, native, whole } from "#prelude/engine";
import { onListenerError, ringTimers } from "#prelude/event";
import type { Request } from "#prelude/message";
import { Arrival, arrived, headOf, Response, takeContent, webSocketOf } from "#prelude/message";
import { report, reportOf } from "#prelude/say";
import {
  type EventKind,
  eventKinds,
  join,
  NetworkError,
  pass,
  pour,
  pullOf,
  tell,
  WebSocket,
} from "#prelude/talk";
import { Context, environmentOf } from "./context.ts";
import { deliver, eventField, ring } from "./deliveries.ts";

type Handler = (subject: unknown, environment: unknown, context: Context) => unknown;

/** What a program exports: an object, or an instance of a class, with methods of these names. */
type Program = Partial<Readonly<Record<"fetch" | "queue" | "schedule", Handler>>>;

const requestEvent = eventKinds.indexOf("request");

let program: Program = {};
/** Requests that came while the program was still awaiting something at its top. */
let early: (() => void)[] | undefined = [];
let environment: Readonly<Record<string, string>> = {};
/** Requests that a program is at, by exchange: it is told if nobody wants an answer any more. */
const underway = new Map<number, Arrival>();
/** Rejections that nobody has handled yet. */
const unhandled = new Map<object, unknown>();

onListenerError((error) => report("uncaught", error));

export function onStart(namespace: unknown, evaluated: Promise<unknown>): void {
  environment = environmentOf(native.environment());
  evaluated.then(
    () => {
      const exported = (namespace as { readonly default?: unknown }).default;
      const fault = faultOf(exported);
      if (fault === undefined) begin(exported as Program);
      else cannotBegin(fault);
    },
    (error: unknown) => cannotBegin(reportOf("uncaught", error)),
  );
}

function faultOf(exported: unknown): string | undefined {
  const isObject = typeof exported === "object" && exported !== null;
  if (!isObject && typeof exported !== "function") {
    return "the default export is no object: write `export default { fetch(request) {} }`\n";
  }
  const { fetch } = exported as { readonly fetch?: unknown };
  if (fetch === undefined || typeof fetch === "function") return undefined;
  return "`fetch` of the default export is no function: write `fetch(request) {}`\n";
}

/** The end; but whoever is at work on the program is told why, and mends it. */
function cannotBegin(said: string): void {
  native.print(2, said);
  if (!tellsErrors()) native.exit(1);
  const fail = (): never => {
    throw new Error(said);
  };
  begin({ fetch: () => new Response(said, { status: 500 }), queue: fail, schedule: fail });
}

function begin(named: Program): void {
  program = named;
  const waiting = early ?? [];
  early = undefined;
  for (const go of waiting) go();
}

export function onEvent(what: number, subject: number, head: string | number | undefined): void {
  // By far the most frequent.
  if (what === requestEvent) {
    if (typeof head !== "string") native.close(subject);
    else if (early === undefined) serve(subject, head);
    else early.push(() => serve(subject, head));
  } else {
    const kind = eventKinds[what];
    if (kind !== undefined) others[kind]?.(subject);
  }
  if (unhandled.size > 0) queueMicrotask(reportUnhandled);
}

const others: Partial<Record<EventKind, (subject: number) => void>> = {
  readable: (exchange) => tell("readable", exchange),
  writable: (exchange) => tell("writable", exchange),
  answered: (exchange) => tell("answered", exchange),
  message: (exchange) => tell("message", exchange),
  timer: () => ringTimers((error) => report("uncaught", error)),
  gone: (exchange) => {
    for (const kind of ["readable", "writable"] as const) tell(kind, exchange);
    const arrival = underway.get(exchange);
    underway.delete(exchange);
    arrival?.abort(new DOMException("The client went away", "AbortError"));
    native.close(exchange);
  },
};

export function onRejection(promise: object, reason: unknown, isHandled: boolean): void {
  if (isHandled) {
    unhandled.delete(promise);
    return;
  }
  if (unhandled.size === 0) queueMicrotask(() => queueMicrotask(reportUnhandled));
  unhandled.set(promise, reason);
}

function reportUnhandled(): void {
  for (const reason of unhandled.values()) report("unhandled rejection", reason);
  unhandled.clear();
}

function serve(exchange: number, head: string): void {
  const arrival = new Arrival(exchange, head, pullOf);
  let answer: unknown;
  try {
    answer = handle(arrived(arrival));
  } catch (error) {
    fail(exchange, error);
    return;
  }
  if (answer instanceof Response) {
    respond(arrival, answer);
    return;
  }
  underway.set(exchange, arrival);
  void answerLater(arrival, answer);
}

function handle(request: Request): unknown {
  const context = new Context();
  // Only the host can set fields of this name, so most heads are never taken apart.
  const kind =
    program.queue === undefined && program.schedule === undefined
      ? null
      : request.headers.get(eventField);
  if (kind === "queue" && program.queue !== undefined) {
    return deliver(request, (batch) => program.queue?.(batch, environment, context));
  }
  if (kind === "schedule" && program.schedule !== undefined) {
    return ring(request, (event) => program.schedule?.(event, environment, context));
  }
  if (program.fetch === undefined) {
    return new Response("this program takes no requests\n", { status: 501 });
  }
  return program.fetch(request, environment, context);
}

async function answerLater(arrival: Arrival, answer: unknown): Promise<void> {
  const { exchange } = arrival;
  try {
    const response = await answer;
    underway.delete(exchange);
    if (response instanceof Response) respond(arrival, response);
    else fail(exchange, new TypeError("fetch answered something that is no Response"));
  } catch (error) {
    underway.delete(exchange);
    // A program that stops when it is told that its client left does as it should.
    if (arrival.isAborted && error === arrival.signal.reason) native.close(exchange);
    else fail(exchange, error);
  }
}

function respond(arrival: Arrival, response: Response): void {
  const { exchange } = arrival;
  const socket = webSocketOf(response);
  if (socket !== undefined) {
    upgrade(exchange, socket, response);
    return;
  }
  let content;
  try {
    content = takeContent(response);
  } catch (error) {
    fail(exchange, error);
    return;
  }
  if (content === null || typeof content === "string" || content instanceof Uint8Array) {
    const failed = native.respond(exchange, headOf(response), content ?? "", whole);
    if (failed < 0) refused(arrival, failed);
    return;
  }
  const head = headOf(response);
  // What is left of the request's body goes with its exchange, and somebody may be at it.
  if (arrival.isRead && pass(exchange, content, head)) return;
  const failed = native.respond(exchange, head, undefined, more);
  if (failed < 0) {
    if (typeof content !== "function") content.cancel(arrival.signal.reason).catch(() => {});
    refused(arrival, failed);
    return;
  }
  underway.set(exchange, arrival);
  const over = (): void => {
    underway.delete(exchange);
    native.close(exchange);
  };
  pour(exchange, content, arrival.signal).then(over, (error: unknown) => {
    // Nobody takes it any more: the client's business.
    if (!(error instanceof NetworkError)) report("a body broke off", error);
    over();
  });
}

/** An answer could not be given: there is none. */
function refused(arrival: Arrival, failed: number): void {
  const { exchange } = arrival;
  const isOurs = failed !== errno.pipe && !arrival.isAborted;
  if (isOurs) report("uncaught", new NetworkError("answering", failed));
  native.close(exchange);
}

function upgrade(exchange: number, socket: object, response: Response): void {
  const head = headOf(response);
  const failed = native.accept(exchange, head.slice(head.indexOf("\0") + 1));
  if (failed < 0 || !(socket instanceof WebSocket)) {
    fail(exchange, new TypeError("the request asked for no WebSocket"));
    return;
  }
  join(socket, exchange);
}

function fail(exchange: number, error: unknown): void {
  const said = reportOf("uncaught", error);
  native.print(2, said);
  const body = tellsErrors() ? said : "Internal Server Error\n";
  const head = "500\0content-type\0text/plain;charset=UTF-8\0";
  if (native.respond(exchange, head, body, whole) < 0) native.close(exchange);
}

/** Whether the image was built for somebody who is at work on the program. */
function tellsErrors(): boolean {
  return native.file("app.tells-errors") !== undefined;
}
