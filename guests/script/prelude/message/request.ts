import { AbortController, type AbortSignal } from "#prelude/event";
import { ReadableStream } from "#prelude/stream";
import type { Arrival } from "./arrival.ts";
import { Body, type BodyInit, bodyOf, setContent, shareContent, takeContent } from "./body.ts";
import { Headers, headersFrom, type HeadersInit, listOf } from "./headers.ts";

export interface RequestInit {
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: BodyInit | null;
  readonly redirect?: "follow" | "error" | "manual";
  readonly signal?: AbortSignal | null;
  readonly duplex?: "half";
  readonly cache?: string;
  readonly credentials?: string;
  readonly integrity?: string;
  readonly keepalive?: boolean;
  readonly mode?: string;
  readonly referrer?: string;
  readonly referrerPolicy?: string;
}

/** Methods that are written in upper case, however they are given. */
const ordinaryMethod = /^(?:delete|get|head|options|post|put)$/i;
const forbiddenMethod = /^(?:connect|trace|track)$/i;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A target that a URL writes as it is: most are. */
const plainTarget = /^\/(?!\/)(?:[\w\-~!$&()*+,;=:@/?%]|\.(?!\.|\/|$|\?))*$/;
const plainAuthority = /^[a-z0-9\-.]+(?::[1-9]\d*)?$/;
const portOfScheme = /:(?:80|443)$/;

/** The signal that a request was made with, if there is one. */
export let givenSignal: (request: Request) => AbortSignal | undefined;

const fromOutside: unique symbol = Symbol("from outside");

/** A request that came. Its parts are made when they are looked at. */
export function arrived(arrival: Arrival): Request {
  return new Request(fromOutside as unknown as string, arrival as RequestInit);
}

export class Request extends Body {
  #parts: string[] | undefined = undefined;
  #arrival: Arrival | undefined = undefined;
  #method: string | undefined = undefined;
  #url: string | undefined = undefined;
  #headers: Headers | undefined = undefined;
  #init: RequestInit | undefined = undefined;
  #signal: AbortSignal | undefined = undefined;

  static {
    givenSignal = (request) => request.#signal;
  }

  constructor(input: string | URL | Request, init: RequestInit = {}) {
    super();
    if ((input as unknown) === fromOutside) {
      const arrival = init as unknown as Arrival;
      this.#arrival = arrival;
      if (!arrival.isRead) setContent(this, arrival.pull());
      return;
    }
    this.#make(input, init);
  }

  get method(): string {
    return (this.#method ??= this.#split()[0] ?? "");
  }
  get url(): string {
    return (this.#url ??= urlOf(this.#split()));
  }
  override get headers(): Headers {
    return (this.#headers ??= headersFrom(fieldsOf(this.#split())));
  }
  get signal(): AbortSignal {
    return (this.#signal ??= this.#arrival?.signal ?? new AbortController().signal);
  }
  get redirect(): string {
    return this.#init?.redirect ?? "follow";
  }
  get cache(): string {
    return this.#init?.cache ?? "default";
  }
  get credentials(): string {
    return this.#init?.credentials ?? "same-origin";
  }
  get destination(): string {
    return "";
  }
  get integrity(): string {
    return this.#init?.integrity ?? "";
  }
  get keepalive(): boolean {
    return this.#init?.keepalive ?? false;
  }
  get mode(): string {
    return this.#init?.mode ?? "cors";
  }
  get referrer(): string {
    return this.#init?.referrer ?? "about:client";
  }
  get referrerPolicy(): string {
    return this.#init?.referrerPolicy ?? "";
  }
  get duplex(): string {
    return "half";
  }

  clone(): Request {
    const content = shareContent(this);
    const { url, method, signal, headers } = this;
    const copy = new Request(url, { ...this.#init, body: null, method, signal, headers });
    setContent(copy, content);
    return copy;
  }

  get [Symbol.toStringTag](): string {
    return "Request";
  }

  #split(): string[] {
    return (this.#parts ??= (this.#arrival as Arrival).head.split("\0"));
  }

  #make(input: string | URL | Request, init: RequestInit): void {
    const base = input instanceof Request ? input : undefined;
    this.#init = base === undefined ? init : { ...base.#init, ...init };
    this.#url =
      base === undefined
        ? absolute(typeof input === "string" ? input : (input as URL).toString())
        : base.url;
    const method = init.method === undefined ? (base?.method ?? "GET") : methodOf(init.method);
    this.#method = method;
    const signal = init.signal === undefined ? base?.signal : init.signal;
    if (signal !== undefined && signal !== null) this.#signal = signal;
    const given = init.headers ?? base?.headers;
    const { content, type } =
      init.body === undefined && base !== undefined
        ? { content: takeContent(base), type: undefined }
        : bodyOf(typeof init.body === "function" ? undefined : init.body);
    const isBare = method === "GET" || method === "HEAD";
    if (content !== null && isBare) throw new TypeError(`a ${method} request has no body`);
    checkDuplex(init);
    setContent(this, content);
    if (given !== undefined) this.#headers = new Headers(given);
    else this.#headers = headersFrom([]);
    if (type !== undefined && !this.#headers.has("content-type")) {
      this.#headers.append("content-type", type);
    }
  }
}

/** The list of a request's headers, for whoever sends it. */
export function headerListOf(request: Request): readonly string[] {
  return listOf(request.headers);
}

/** The standard has whoever gives a stream say that it is sent before the answer is read. */
function checkDuplex({ body, duplex }: RequestInit): void {
  if (duplex !== undefined && (duplex as string) !== "half") {
    throw new TypeError(`duplex is "half", not "${String(duplex)}"`);
  }
  if (body instanceof ReadableStream && duplex === undefined) {
    throw new TypeError('a stream as the body of a request needs `duplex: "half"`');
  }
}

function methodOf(given: string): string {
  const method = String(given);
  if (!token.test(method) || forbiddenMethod.test(method)) {
    throw new TypeError(`'${method}' is not a method of requests`);
  }
  return ordinaryMethod.test(method) ? method.toUpperCase() : method;
}

function absolute(text: string): string {
  try {
    const url = new URL(text);
    if (url.username !== "" || url.password !== "") {
      throw new TypeError("a request's URL has no credentials");
    }
    return url.href;
  } catch (cause) {
    throw new TypeError(`Failed to parse URL from ${text}`, { cause });
  }
}

/** The scheme says whether a WebSocket is asked for; on the web a field does. */
function fieldsOf(parts: readonly string[]): string[] {
  const fields = parts.slice(4, -1);
  if (parts[1]?.startsWith("ws") === true && !fields.includes("upgrade")) {
    fields.push("connection", "Upgrade", "upgrade", "websocket");
  }
  return fields;
}

function urlOf(parts: readonly string[]): string {
  const [, given = "http", authority = "", target = "/"] = parts;
  const isPlain =
    plainTarget.test(target) && plainAuthority.test(authority) && !portOfScheme.test(authority);
  const scheme = given === "https" || given === "wss" ? "https" : "http";
  const written = `${scheme}://${authority || "localhost"}${target.startsWith("/") ? target : "/"}`;
  return isPlain ? written : new URL(written).href;
}
