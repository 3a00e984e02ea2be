import type { Fields, IncomingRequest, ResponseHead } from "#core/host/traffic";
import type { ServePolicy } from "#pool/host";
import type { Refused } from "#pool/scale/governor";
import type { RefusalReason } from "#pool/traffic";

/** An answer of our own: a problem document (RFC 9457). */
export interface Refusal {
  readonly status: 400 | 404 | 408 | 421 | 502 | 503 | 504;
  /** What it is counted as. */
  readonly reason: RefusalReason;
  /** For whoever called: one sentence, without what is nobody's business outside. */
  readonly why: string;
  /** When to come again. */
  readonly retryAfterNs?: number;
}

const titles: Readonly<Record<Refusal["status"], string>> = {
  400: "Bad Request",
  404: "Not Found",
  408: "Request Timeout",
  421: "Misdirected Request",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const encoder = new TextEncoder();

/** Whoever it is for has too much to do at the moment, or nobody to do it. */
export function tooMuch(reason: RefusalReason, why: string, retryAfterNs = 1e9): Refusal {
  return { status: 503, reason, why, retryAfterNs };
}

/** What is called `name` was asked so long ago. */
export function late(name: string, time: string): Refusal {
  return { status: 504, reason: "timeout", why: `${name} did not answer within ${time}` };
}

/** Nobody can answer what has not come yet. */
export function bodyLate(time: string): Refusal {
  return { status: 408, reason: "timeout", why: `the body did not come whole within ${time}` };
}

/** No instance of what is called `name` took it for so long; the last one may have ended badly. */
export function waitedFor(
  time: string,
  of: { readonly name: string; readonly lastEnd: string; readonly pausedNs: number },
): Refusal {
  const end = of.lastEnd === "" ? "" : `; the last one ended: ${of.lastEnd}`;
  const why = `no instance of ${of.name} took the request within ${time}${end}`;
  return tooMuch("waited", why, of.pausedNs);
}

/** What is called `name` ends. */
export function closing(name: string): Refusal {
  return tooMuch("closing", `${name} takes no more requests`);
}

/** How a governor's word is told. */
export function refusalOf(
  { why, retryAfterMs }: Refused,
  name: string,
  { waitingMax }: ServePolicy,
): Refusal {
  const texts = {
    "line-full": `${name} has ${waitingMax} requests waiting`,
    "no-time": `${name} would not come to it in time`,
    "line-stands": `${name} is asked for more than it can do`,
  } as const;
  return tooMuch(why, texts[why], retryAfterMs * 1e6);
}

/** A request that nobody reads the answer of: it is told why there is none. */
export interface Refusable extends IncomingRequest {
  refused(refusal: Refusal): void;
}

function isRefusable(request: IncomingRequest): request is Refusable {
  return "refused" in request;
}

/** Answers a request so. */
export function refuse(request: IncomingRequest, refusal: Refusal): void {
  if (isRefusable(request)) return request.refused(refusal);
  const { head, body } = responseOf(refusal);
  request.respond(head, body);
}

function responseOf(refusal: Refusal): {
  readonly head: ResponseHead;
  readonly body: Uint8Array;
} {
  const { status, why, retryAfterNs } = refusal;
  const document = { type: "about:blank", title: titles[status], status, detail: why };
  const body = encoder.encode(`${JSON.stringify(document)}\n`);
  const fields: Fields = [
    "content-type",
    "application/problem+json",
    "content-length",
    String(body.length),
    ...(retryAfterNs === undefined ? [] : ["retry-after", secondsOf(retryAfterNs)]),
  ];
  return { head: { status, fields }, body };
}

/** Whole seconds, upwards: to come too early would only be refused again. */
function secondsOf(ns: number): string {
  return String(Math.max(1, Math.ceil(ns / 1e9)));
}
