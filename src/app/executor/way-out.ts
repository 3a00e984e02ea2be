import type { Turns } from "#core/host";
import type { IncomingRequest, OutgoingRequest, Outlet, RequestHead } from "#core/host/traffic";
import { isOwnName } from "#core/http";
import { isTunnel, LocalCall } from "#core/net";
import { errno, type Errno } from "#core/sys";
import type { ProcessOrder } from "#pool/host";
import type { Post } from "#pool/host/summons";
import type { Call } from "#pool/summon";
import type { OutsideWays } from "./outside.ts";
import { parseCallee } from "#pool/route";
import type { Unlisted } from "#app/executor/unlisted";

export interface WayOutPorts {
  readonly turns: Turns;
  /** Who serves under a key, if anybody does. */
  readonly find: (key: string) => { arrive(request: IncomingRequest): void } | undefined;
  /** What nobody serves may be a queue: whoever has those answers. */
  readonly post: (call: Call, what: Pick<Post, "queue" | "fields">) => void;
  /** The way to hosts outside, if there are any among these. */
  readonly outside: OutsideWays["to"];
  /** What becomes of requests to others. */
  readonly unlisted: Pick<Unlisted, "request">;
}

/** The way out for requests of one process: to names and hosts that it was granted. */
export class WayOut implements Outlet {
  readonly #ports: WayOutPorts;
  readonly #caller: string;
  /** Keys of those it may call, by the authority that a request names. */
  readonly #keys = new Map<string, string>();
  readonly #outside: Outlet | undefined;

  constructor({ path, call }: Pick<ProcessOrder, "path" | "call">, ports: WayOutPorts) {
    this.#ports = ports;
    this.#caller = path;
    const [app = ""] = path.split("/");
    const callees = call.flatMap((text) => parseCallee(text, app) ?? []);
    for (const callee of callees) {
      if (callee.kind === "name") this.#keys.set(callee.authority, callee.key);
    }
    this.#outside = ports.outside(callees.filter((callee) => callee.kind === "outside"));
  }

  /** The names that it may hold connections to, in the order of its grants. */
  get names(): readonly string[] {
    return [...this.#keys.keys()];
  }

  request(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno {
    const inside = (key: string): OutgoingRequest => this.#inside(key, head, options);
    const key = this.#keys.get(head.authority.toLowerCase());
    if (key !== undefined) return inside(key);
    // Outside there are no tunnels: what goes there is what its grant says, and that is HTTP.
    if (isTunnel(head)) return errno.ENOENT;
    const made = this.#outside?.request(head, options) ?? errno.ENOENT;
    return made === errno.ENOENT ? this.#ports.unlisted.request(head, options, inside) : made;
  }

  /** To who serves under a key, and else to the queue of that name. */
  #inside(
    key: string,
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest {
    const fields = withCaller(head.fields, this.#caller, options.hasBody);
    const call = new LocalCall({ ...head, fields }, { ...options, turns: this.#ports.turns });
    const callee = this.#ports.find(key);
    if (callee !== undefined) callee.arrive(call.incoming);
    else if (isTunnel(head)) call.refuse(errno.ECONNREFUSED);
    else this.#ports.post(call, { queue: key, fields: [...fields, ...forQueue(head.fields)] });
    return call;
  }
}

/** What a sender may say of a message, though it begins as what only we say. */
const queueNames: ReadonlySet<string> = new Set(["noos-key", "noos-delay"]);

function forQueue(fields: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [name = "", value = ""] = fields.slice(at, at + 2);
    if (queueNames.has(name.toLowerCase())) found.push(name.toLowerCase(), value);
  }
  return found;
}

/** Who calls, as `withCaller` said it. */
export function callerOf({ fields }: Pick<RequestHead, "fields">): string {
  const at = fields.findIndex((text, place) => place % 2 === 0 && text === "noos-caller");
  return at < 0 ? "" : (fields[at + 1] ?? "");
}

/** What of a program's head is not its to say: whom it is for, and how the message is framed. */
const notOfCallers: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Says who calls, and nobody else can say it. */
function withCaller(
  fields: readonly string[],
  caller: string,
  hasBody: boolean,
): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [name = "", value = ""] = fields.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (isOwnName(lower) || notOfCallers.has(lower)) continue;
    if (lower === "content-length" && !hasBody) continue;
    kept.push(name, value);
  }
  kept.push("noos-caller", caller);
  return kept;
}
