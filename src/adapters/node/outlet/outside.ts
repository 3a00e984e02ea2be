import { lookup } from "node:dns";
import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { OutgoingRequest, Outlet, RequestHead } from "#core/host/traffic";
import { FieldNames, outgoingHead } from "#core/http";
import { errno, type Errno } from "#core/sys";
import { Outgoing } from "./outgoing.ts";
import { Reach, type ReachOptions } from "./reach.ts";

/** What one process may take of the world outside, all at a time. */
export interface OutletBounds {
  readonly connectionsPerHostMax: number;
  readonly connectionsMax: number;
  /** Of a response's line and fields. */
  readonly headBytesMax: number;
  /** So long a connection is kept for the next request. */
  readonly keepAliveMs: number;
  /** Of requests that give no deadline, or a later one. */
  readonly deadlineNs: number;
}

const outletBounds: OutletBounds = {
  connectionsPerHostMax: 64,
  connectionsMax: 256,
  headBytesMax: 32 * 1024,
  keepAliveMs: 30_000,
  deadlineNs: 300e9,
};

export interface OutsideOptions extends ReachOptions {
  readonly bounds?: Partial<OutletBounds>;
  /** Authorities to believe beside those of Node, as PEM. */
  readonly authorities?: readonly string[];
  /** How names are resolved; the system's way as a rule. */
  readonly lookup?: typeof lookup;
}

const defaultPorts = { http: 80, https: 443 } as const;

/** May be made again without harm (RFC 9110, section 9.2.2). */
const idempotent: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);

/**
 * The way out to hosts of the public net. A name is resolved when a connection is made, and what
 * it is then is what counts: not in a range of our own unless that address was granted. Redirects
 * are answers like others.
 */
export class OutsideOutlet implements Outlet {
  readonly #reach: Reach;
  readonly #bounds: OutletBounds;
  readonly #names = new FieldNames();
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly #lookup: LookupFunction;

  constructor(options: OutsideOptions) {
    this.#reach = new Reach(options);
    this.#bounds = { ...outletBounds, ...options.bounds };
    this.#lookup = guardedLookup(this.#reach, options.lookup ?? lookup);
    const kept = {
      keepAlive: true,
      maxSockets: this.#bounds.connectionsPerHostMax,
      maxTotalSockets: this.#bounds.connectionsMax,
      timeout: this.#bounds.keepAliveMs,
    };
    const ca = options.authorities;
    const trust = ca === undefined ? {} : { ca: [...ca] };
    this.#agents = { http: new HttpAgent(kept), https: new HttpsAgent({ ...kept, ...trust }) };
  }

  request(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno {
    const { hostname, port } = splitAuthority(head);
    const sent = outgoingHead(head, {
      names: this.#names,
      hasBody: options.hasBody,
      isInside: false,
    });
    if (typeof sent === "string") return errno.EINVAL;
    if (!this.#reach.mayAsk(hostname, port)) return errno.ENOENT;
    if (isIP(hostname) !== 0 && !this.#reach.mayConnect(hostname, hostname)) return errno.ENOENT;
    const make = (): ClientRequest => this.#make(head, { hostname, port, fields: sent.fields });
    return new Outgoing(make, {
      names: this.#names,
      hasBody: options.hasBody,
      bodyBytes: options.hasBody ? sent.bodyBytes : 0,
      deadlineNs: Math.min(options.deadlineNs, this.#bounds.deadlineNs),
      isRepeatable: !options.hasBody && idempotent.has(head.method),
    });
  }

  /** Connections that lie idle are closed, and what is asked from now on fails. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #make(
    head: RequestHead,
    to: { readonly hostname: string; readonly port: number; readonly fields: readonly string[] },
  ): ClientRequest {
    const make = head.scheme === "https" ? httpsRequest : httpRequest;
    return make({
      method: head.method,
      path: head.target,
      hostname: to.hostname,
      port: to.port,
      headers: to.fields as string[],
      agent: this.#agents[head.scheme],
      maxHeaderSize: this.#bounds.headBytesMax,
      insecureHTTPParser: false,
      lookup: this.#lookup,
    });
  }
}

function splitAuthority(head: RequestHead): { readonly hostname: string; readonly port: number } {
  const [, bracketed, plain = "", port] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?:?$/.exec(head.authority) ?? [];
  const chosen = port === undefined ? defaultPorts[head.scheme] : Number(port);
  return { hostname: bracketed ?? plain, port: chosen };
}

/**
 * Node connects to what this answers and to nothing else, so that a name cannot be one address when
 * it is looked at and another when it is connected to.
 */
function guardedLookup(reach: Reach, resolve: typeof lookup): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error, "");
      const usable = addresses.filter(({ address }) => reach.mayConnect(hostname, address));
      const [first] = usable;
      if (first === undefined) return answer(notReachable(hostname), "");
      return options.all === true
        ? answer(null, usable)
        : answer(null, first.address, first.family);
    });
  };
}

/** As for a name that nobody has: what was not granted does not exist. */
function notReachable(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`"${hostname}" is no host outside`), { code: "ENOENT" });
}
