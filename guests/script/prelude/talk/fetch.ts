import { errno, native } from "#prelude/engine";
import type { AbortSignal } from "#prelude/event";
import {
  type Content,
  givenSignal,
  headerListOf,
  Request,
  type RequestInit,
  type Response,
  responseFrom,
  takeContent,
} from "#prelude/message";
import { pour, pullAnswer, tell, whenTold } from "./exchanges.ts";
import { NetworkError } from "./network-error.ts";

const redirectsMax = 20;
const redirects: readonly number[] = [301, 302, 303, 307, 308];
/** Nothing follows their heads, as nothing follows that of an answer to HEAD. */
const statusesWithoutBody: readonly number[] = [204, 205, 304];
/** What goes with the body, and is dropped with it. */
const ofBody: readonly string[] = ["content-type", "content-length", "content-encoding"];
const encoder = new TextEncoder();

/** Where a request goes next, and how. */
interface Hop {
  readonly url: string;
  readonly method: string;
  readonly list: readonly string[];
  readonly content: Content;
}

export async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const { redirect } = request;
  const signal = givenSignal(request);
  signal?.throwIfAborted();
  let hop: Hop = {
    url: request.url,
    method: request.method,
    list: headerListOf(request),
    content: takeContent(request),
  };
  for (let count = 0; count <= redirectsMax; count++) {
    const answer = await ask(hop, signal);
    const location = redirects.includes(answer.status)
      ? fieldOf(answer.list, "location")
      : undefined;
    if (location === undefined || redirect === "manual") {
      const { status, list, exchange } = answer;
      const isBare = hop.method === "HEAD" || statusesWithoutBody.includes(status);
      if (isBare) native.close(exchange);
      return responseFrom({
        status,
        list: [...list],
        content: isBare ? null : pullAnswer(exchange, signal),
        url: hop.url,
        isRedirected: count > 0,
      });
    }
    native.close(answer.exchange);
    if (redirect === "error") throw new TypeError("fetch failed: it was redirected");
    hop = nextHop(hop, answer.status, location);
  }
  throw new TypeError(`fetch failed: more than ${redirectsMax} redirects`);
}

interface Answer {
  readonly exchange: number;
  readonly status: number;
  readonly list: readonly string[];
}

async function ask(hop: Hop, signal: AbortSignal | undefined): Promise<Answer> {
  const exchange = send(hop);
  signal?.addEventListener("abort", () => {
    native.close(exchange);
    // Whoever waits for its head, or for more of its body, finds out why there is none.
    for (const kind of ["answered", "readable"] as const) tell(kind, exchange);
  });
  // Told once, when something came of it; that it is to be made again later is such a thing.
  for (let isTold = false; ; isTold = true) {
    const head = native.head(exchange);
    if (typeof head === "string") {
      const [status, ...list] = head.split("\0");
      return { exchange, status: Number(status), list: list.slice(0, -1) };
    }
    signal?.throwIfAborted();
    if (head !== errno.again || isTold) {
      native.close(exchange);
      throw new NetworkError(deedOf(hop.url), head);
    }
    await whenTold("answered", exchange);
  }
}

/** Paths and queries may hold secrets, and what failed is printed. */
function deedOf(url: string): string {
  return `fetch of ${new URL(url).origin}`;
}

function send({ url, method, list, content }: Hop): number {
  const { protocol, host, pathname, search } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") {
    throw new TypeError(`fetch failed: there is no way to ${protocol}`);
  }
  const head = [method, protocol.slice(0, -1), host, pathname + search, ...list, ""].join("\0");
  const exchange = native.request(head, content === null ? 0 : 1, 0);
  if (exchange < 0) throw new NetworkError(deedOf(url), exchange);
  if (content === null) return exchange;
  const whole = typeof content === "string" ? encoder.encode(content) : content;
  const body = whole instanceof Uint8Array ? once(whole) : whole;
  // Whoever answers without reading all of it has answered all the same.
  pour(exchange, body).catch(() => undefined);
  return exchange;
}

function once(bytes: Uint8Array): () => Promise<Uint8Array> {
  let rest = bytes;
  return async () => {
    const piece = rest;
    rest = new Uint8Array();
    return piece;
  };
}

function nextHop(hop: Hop, status: number, location: string): Hop {
  const url = new URL(location, hop.url).href;
  const becomesGet =
    (status === 303 && hop.method !== "HEAD") || (status < 303 && hop.method === "POST");
  if (!becomesGet) {
    if (hop.content !== null && typeof hop.content !== "string") {
      if (!(hop.content instanceof Uint8Array)) {
        throw new TypeError("fetch failed: a stream cannot be sent again");
      }
    }
    return { ...hop, url };
  }
  const list = hop.list.filter((_, i) => !ofBody.includes(hop.list[i - (i % 2)] as string));
  return { url, method: "GET", list, content: null };
}

function fieldOf(list: readonly string[], name: string): string | undefined {
  const at = list.findIndex((field, i) => i % 2 === 0 && field === name);
  return at < 0 ? undefined : list[at + 1];
}
