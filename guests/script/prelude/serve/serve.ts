import { errno, native } from "#prelude/engine";
import { AbortController, onListenerError, ringTimers } from "#prelude/event";
import type { Request } from "#prelude/message";
import { arrived, headOf, Response, takeContent, webSocketOf } from "#prelude/message";
import { report } from "#prelude/say";
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
/** What tells a program that nobody wants an answer any more, by exchange, while it is at it. */
const controllers = new Map<number, AbortController>();
/** Rejections that nobody has handled yet. */
const unhandled = new Map<object, unknown>();

onListenerError((error) => report("uncaught", error));

export function onStart(namespace: unknown, evaluated: Promise<unknown>): void {
  environment = environmentOf(native.environment());
  evaluated.then(
    () => {
      const exported = (namespace as { readonly default?: unknown }).default;
      if ((typeof exported === "object" && exported !== null) || typeof exported === "function") {
        program = exported as Program;
        const waiting = early ?? [];
        early = undefined;
        for (const begin of waiting) begin();
        return;
      }
      native.print(
        2,
        "the default export is no object: write `export default { fetch(request) {} }`\n",
      );
      native.exit(1);
    },
    (error: unknown) => {
      report("uncaught", error);
      native.exit(1);
    },
  );
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
    const controller = controllers.get(exchange);
    controllers.delete(exchange);
    controller?.abort(new DOMException("The client went away", "AbortError"));
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
  const controller = new AbortController();
  const request = arrived(head, pullOf(exchange), controller);
  let answer: unknown;
  try {
    answer = handle(request);
  } catch (error) {
    fail(exchange, error);
    return;
  }
  if (answer instanceof Response) {
    respond(exchange, answer, controller);
    return;
  }
  controllers.set(exchange, controller);
  void answerLater(exchange, answer, controller);
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

async function answerLater(
  exchange: number,
  answer: unknown,
  controller: AbortController,
): Promise<void> {
  try {
    const response = await answer;
    controllers.delete(exchange);
    if (response instanceof Response) respond(exchange, response, controller);
    else fail(exchange, new TypeError("fetch answered something that is no Response"));
  } catch (error) {
    controllers.delete(exchange);
    // A program that stops when it is told that its client left does as it should.
    const { aborted, reason } = controller.signal;
    if (aborted && error === reason) native.close(exchange);
    else fail(exchange, error);
  }
}

function respond(exchange: number, response: Response, controller: AbortController): void {
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
    done(exchange, native.respond(exchange, headOf(response), content ?? "", 0), controller);
    return;
  }
  const head = headOf(response);
  if (pass(exchange, content, head)) return;
  const failed = native.respond(exchange, head, undefined, 1);
  if (failed < 0) {
    if (typeof content !== "function") content.cancel(controller.signal.reason).catch(() => {});
    done(exchange, failed, controller);
    return;
  }
  controllers.set(exchange, controller);
  const over = (): void => {
    controllers.delete(exchange);
    native.close(exchange);
  };
  pour(exchange, content, controller.signal).then(over, (error: unknown) => {
    // Nobody takes it any more: the client's business.
    if (!(error instanceof NetworkError)) report("a body broke off", error);
    over();
  });
}

/** The number may be forgotten. An answer that could not be given is given up. */
function done(exchange: number, failed: number, { signal }: AbortController): void {
  const isRefused = failed < 0 && failed !== errno.pipe && !signal.aborted;
  if (isRefused) native.print(2, `an answer was refused (errno ${-failed})\n`);
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

const failure = "Internal Server Error\n";

function fail(exchange: number, error: unknown): void {
  report("uncaught", error);
  native.respond(exchange, "500\0content-type\0text/plain;charset=UTF-8\0", failure, 0);
  native.close(exchange);
}
