import type { Fields, IncomingRequest, ResponseHead } from "#core/host/traffic";
import type { RefusalReason } from "#pool/traffic";

/** An answer of our own: a problem document (RFC 9457). */
export interface Refusal {
  readonly status: 400 | 404 | 421 | 502 | 503 | 504;
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
  421: "Misdirected Request",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const encoder = new TextEncoder();

/** Answers a request so. */
export function refuse(request: IncomingRequest, refusal: Refusal): void {
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
