import type { RequestHead } from "#core/host/traffic";
import type { FieldNames, FieldName } from "./field-names.ts";
import { type IdSource, isRequestId, isTraceparent } from "./identity.ts";
import { joined, withoutNominated } from "./nominated.ts";
import type { Peer } from "./peer.ts";
import { isHost, readTarget } from "./target.ts";

/** A head as the parser of one version of HTTP hands it over. */
export interface RawHead {
  readonly version: "1.0" | "1.1" | "2";
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly target: string;
  /** Of HTTP/2, which has it beside the fields. */
  readonly authority: string | undefined;
  /** Names and values by turns, as they came. */
  readonly fields: readonly string[];
}

/** A head that can go on, and what its fields said about the connection. */
export interface ReadHead {
  readonly head: RequestHead;
  readonly id: string;
  /** `undefined`: there is a body, and how long it is shows only as it comes. */
  readonly bodyBytes: number | undefined;
  /** Whether the client sends its body only when asked for it. */
  readonly isExpecting: boolean;
}

/** Why a head is none, in the words of a status. */
export interface HeadRefusal {
  readonly status: number;
  readonly why: string;
}

/** Inside, the method is how raw connections go: nobody outside may make one by it. */
const noTunnel: HeadRefusal = { status: 405, why: "there are no tunnels through here" };

const badRequest = (why: string): HeadRefusal => ({ status: 400, why });

/** Takes from a head what concerns this connection, and adds what a program is told beside it. */
export function readHead(
  raw: RawHead,
  { names, ids, peer }: { readonly names: FieldNames; readonly ids: IdSource; readonly peer: Peer },
): ReadHead | HeadRefusal {
  const reading = new HeadReading(raw, peer);
  const { fields } = raw;
  for (let at = 0; at < fields.length; at += 2) {
    const name = names.find(fields[at] as string);
    if (name === undefined) return badRequest("a field has no name that HTTP knows");
    const problem = reading.take(name, fields[at + 1] as string);
    if (problem !== undefined) return problem;
  }
  return reading.finish(ids);
}

class HeadReading {
  readonly #raw: RawHead;
  readonly #peer: Peer;
  #kept: string[] = [];
  #host: string | undefined;
  #nominated: string | undefined;
  #bodyBytes: number | undefined = 0;
  #isExpecting = false;
  #requestId: string | undefined;
  #traceparent: string | undefined;
  #tracestate: string | undefined;
  #forwarded: string | undefined;
  #forwardedFor: string | undefined;
  #forwardedProto: string | undefined;
  #forwardedHost: string | undefined;

  constructor(raw: RawHead, peer: Peer) {
    this.#raw = raw;
    this.#peer = peer;
    this.#host = raw.authority;
  }

  take({ lower, role }: FieldName, value: string): HeadRefusal | undefined {
    switch (role) {
      case "passes":
        this.#kept.push(lower, value);
        return undefined;
      case "host":
        return this.#takeHost(value);
      case "content-length":
        this.#kept.push(lower, value);
        return this.#takeLength(value);
      case "transfer-encoding":
        return this.#takeEncoding(value);
      case "connection":
        this.#nominated = joined(this.#nominated, value);
        return undefined;
      case "expect":
        return this.#takeExpectation(value);
      case "hop":
      case "own":
      case "upgrade":
        return undefined;
      case "request-id":
        this.#requestId = value;
        return undefined;
      case "traceparent":
        this.#traceparent = this.#traceparent === undefined ? value : "";
        return undefined;
      case "tracestate":
        this.#tracestate = joined(this.#tracestate, value);
        return undefined;
      default:
        return this.#takeClaim(role, value);
    }
  }

  #takeHost(value: string): HeadRefusal | undefined {
    if (this.#host !== undefined && !isSameHost(this.#host, value)) {
      return badRequest("it is for two hosts");
    }
    if (this.#host !== undefined && this.#raw.version !== "2") {
      return badRequest("it has two fields Host");
    }
    this.#host = value;
    return undefined;
  }

  #takeLength(value: string): HeadRefusal | undefined {
    if (!/^\d{1,15}$/.test(value)) return badRequest("its content-length is no number of bytes");
    this.#bodyBytes = Number(value);
    return undefined;
  }

  #takeEncoding(value: string): HeadRefusal | undefined {
    if (this.#raw.version === "1.0") return badRequest("HTTP/1.0 has no transfer-encoding");
    if (value.trim().toLowerCase() !== "chunked") {
      return { status: 501, why: "of transfer-encodings, chunked is the only one there is" };
    }
    this.#bodyBytes = undefined;
    return undefined;
  }

  /** HTTP/1.0 has no answers that come before the answer. */
  #takeExpectation(value: string): HeadRefusal | undefined {
    if (this.#raw.version === "1.0") return undefined;
    if (value.trim().toLowerCase() !== "100-continue") {
      return { status: 417, why: "of expectations, 100-continue is the only one" };
    }
    this.#isExpecting = true;
    return undefined;
  }

  /** Whom a client says it asks for is dropped, unless it is a proxy of the operator's. */
  #takeClaim(role: FieldName["role"], value: string): undefined {
    if (!this.#peer.isTrusted) return;
    if (role === "forwarded") this.#forwarded = joined(this.#forwarded, value);
    if (role === "x-forwarded-for") this.#forwardedFor = joined(this.#forwardedFor, value);
    if (role === "x-forwarded-proto") this.#forwardedProto = value;
    if (role === "x-forwarded-host") this.#forwardedHost = value;
  }

  finish(ids: IdSource): ReadHead | HeadRefusal {
    if (this.#raw.method === "CONNECT") return noTunnel;
    const target = readTarget(this.#raw.method, this.#raw.target);
    if (typeof target === "string") return badRequest(target);
    const authority = this.#host ?? target.authority ?? "";
    if (authority === "" ? this.#raw.version !== "1.0" : !isHost(authority)) {
      return badRequest("it names no host");
    }
    if (target.authority !== undefined && !isSameHost(target.authority, authority)) {
      return badRequest("its target and its field Host are two hosts");
    }
    const scheme = schemeOf(this.#forwardedProto) ?? this.#raw.scheme;
    // First: what we add is nobody's to take away.
    this.#kept = withoutNominated(this.#kept, this.#nominated);
    const id = this.#identify(ids);
    this.#tellOrigin(authority, scheme);
    const fields = this.#kept;
    const head = { method: this.#raw.method, scheme, authority, target: target.target, fields };
    return { head, id, bodyBytes: this.#bodyBytes, isExpecting: this.#isExpecting };
  }

  #identify(ids: IdSource): string {
    const claimed = this.#requestId;
    const id = claimed !== undefined && isRequestId(claimed) ? claimed : ids.hex(16);
    const trace = this.#traceparent;
    this.#kept.push("x-request-id", id);
    if (trace !== undefined && isTraceparent(trace)) {
      this.#kept.push("traceparent", trace);
      if (this.#tracestate !== undefined) this.#kept.push("tracestate", this.#tracestate);
    } else {
      this.#kept.push("traceparent", `00-${ids.hex(16)}-${ids.hex(8)}-01`);
    }
    return id;
  }

  #tellOrigin(authority: string, scheme: string): void {
    const { address, forwardedFor, caller } = this.#peer;
    if (caller !== undefined) return void this.#kept.push("noos-caller", caller);
    const own = authority === "" ? "" : `;host="${authority}"`;
    this.#kept.push(
      "x-forwarded-for",
      joined(this.#forwardedFor, address),
      "x-forwarded-proto",
      scheme,
      "x-forwarded-host",
      this.#forwardedHost ?? authority,
      "forwarded",
      joined(this.#forwarded, `${forwardedFor}${own};proto=${this.#raw.scheme}`),
    );
  }
}

function isSameHost(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function schemeOf(claimed: string | undefined): "http" | "https" | undefined {
  return claimed === "http" || claimed === "https" ? claimed : undefined;
}
