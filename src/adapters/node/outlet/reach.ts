import { type Subnets, subnets } from "#adapters/node/socket";

/** A host outside that may be asked, and at which port. */
export interface HostGrant {
  /** A name, `*.` before one for all names below it, or an address. */
  readonly host: string;
  readonly port: number;
}

/** What was refused. */
export type Refusal =
  | { readonly kind: "host"; readonly host: string; readonly port: number }
  | { readonly kind: "address"; readonly host: string; readonly address: string };

export interface ReachOptions {
  /** `any` is every host, at whatever port. */
  readonly hosts: readonly HostGrant[] | "any";
  /** Addresses and subnets that are not of the public net, and are reached all the same. */
  readonly addresses?: readonly string[];
  refused?(refusal: Refusal): void;
}

/** What is not of the public net (the IANA's registries of special-purpose addresses). */
const notPublic: readonly string[] = [
  // "This" network, and the same of IPv6 with the addresses that only look like IPv4.
  "0.0.0.0/8",
  "::/96",
  // Private, and shared behind a carrier's translation.
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "fc00::/7",
  "fec0::/10",
  // Loopback.
  "127.0.0.0/8",
  "::1/128",
  // Link-local; where clouds tell a machine its secrets.
  "169.254.0.0/16",
  "fe80::/10",
  // Protocols, documentation, benchmarks.
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "3fff::/20",
  "5f00::/16",
  // IPv4 inside of IPv6, by translation or tunnel: it may be any of the above.
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2002::/16",
  // Multicast, reserved, broadcast.
  "224.0.0.0/4",
  "240.0.0.0/4",
  "ff00::/8",
];

const notPublicList: Subnets = subnets(notPublic);

/** Which hosts one process may ask outside, and which addresses that may lead to. */
export class Reach {
  readonly #options: ReachOptions;
  readonly #granted: Subnets;

  constructor(options: ReachOptions) {
    this.#options = options;
    this.#granted = subnets(options.addresses ?? []);
  }

  /** Whether it may ask this host; told when not. */
  mayAsk(host: string, port: number): boolean {
    const { hosts } = this.#options;
    if (hosts === "any") return true;
    const isGranted = hosts.some(
      (grant) => grant.port === port && isNamed(grant.host.toLowerCase(), host.toLowerCase()),
    );
    if (!isGranted) this.#options.refused?.({ kind: "host", host, port });
    return isGranted;
  }

  /** Whether what `host` turned out to be may be connected to; told when not. */
  mayConnect(host: string, address: string): boolean {
    if (!notPublicList.has(address) || this.#granted.has(address)) return true;
    this.#options.refused?.({ kind: "address", host, address });
    return false;
  }
}

function isNamed(granted: string, host: string): boolean {
  if (!granted.startsWith("*.")) return granted === host;
  return host.endsWith(granted.slice(1)) && host.length > granted.length - 1;
}
