import { isIP } from "node:net";
import { OutsideOutlet } from "#adapters/node/outlet";
import type { Outlet } from "#core/host/traffic";
import { errno } from "#core/sys";
import type { Callee } from "#pool/route";

type OutsideCallee = Callee & { readonly kind: "outside" };

/**
 * The ways out to hosts, one for all processes that were granted the same: they share connections.
 */
export class OutsideWays {
  readonly #ways = new Map<string, Outlet>();

  /** The way to these hosts, if there are any. */
  to(callees: readonly OutsideCallee[]): Outlet | undefined {
    if (callees.length === 0) return undefined;
    return this.#ways.getOrInsertComputed(JSON.stringify(callees), () => wayTo(callees));
  }

  /** The way to all that is public, one for all processes whose unlisted calls are only counted. */
  anyPublic(): Outlet {
    return this.#ways.getOrInsertComputed("any", () => new OutsideOutlet({ hosts: "any" }));
  }
}

/**
 * Who was granted an address may reach it, wherever it is; a name only what is public. So they are
 * ways apart: whoever decides what a name stands for could else choose among those addresses.
 */
function wayTo(callees: readonly OutsideCallee[]): Outlet {
  const hosts = callees.map(({ host, port }) => ({ host: withoutBrackets(host), port }));
  const numbers = hosts.filter(({ host }) => isIP(host) !== 0);
  const names = hosts.filter(({ host }) => isIP(host) === 0);
  const byName = new OutsideOutlet({ hosts: names });
  if (numbers.length === 0) return byName;
  const addresses = numbers.map(({ host }) => host);
  const byNumber = new OutsideOutlet({ hosts: numbers, addresses });
  return {
    request: (head, options) => {
      const made = byNumber.request(head, options);
      return made === errno.ENOENT ? byName.request(head, options) : made;
    },
  };
}

function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}
