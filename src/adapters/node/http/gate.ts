import { BlockList, isIPv6, type Socket } from "node:net";
import { describePeer, type Peer } from "#core/http";
import type { FrontBounds } from "./bounds.ts";

/** Lets connections in, as many as there may be of all clients and of each. */
export class Gate {
  readonly #bounds: FrontBounds;
  readonly #trusted: BlockList;
  readonly #countOf = new Map<string, number>();
  readonly #open = new Set<Socket>();

  /** Expects `trusted` to be addresses and subnets (`10.0.0.0/8`). */
  constructor(bounds: FrontBounds, trusted: readonly string[]) {
    this.#bounds = bounds;
    this.#trusted = subnets(trusted);
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Who is at the other end, under TLS too. */
  peerOf(socket: Socket): Peer {
    const address = socket.remoteAddress;
    return describePeer(address, address !== undefined && isWithin(this.#trusted, address));
  }

  /** `undefined`: there are too many already. */
  admit(socket: Socket): Peer | undefined {
    const peer = this.peerOf(socket);
    const count = (this.#countOf.get(peer.address) ?? 0) + 1;
    if (this.#open.size >= this.#bounds.connectionsMax) return undefined;
    if (!peer.isTrusted && count > this.#bounds.connectionsPerAddressMax) return undefined;
    this.#open.add(socket);
    this.#countOf.set(peer.address, count);
    socket.once("close", () => this.#left(socket, peer.address));
    return peer;
  }

  closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #left(socket: Socket, address: string): void {
    this.#open.delete(socket);
    const count = (this.#countOf.get(address) ?? 1) - 1;
    if (count === 0) this.#countOf.delete(address);
    else this.#countOf.set(address, count);
  }
}

/** Addresses (`10.1.2.3`) and subnets (`fd00::/8`) as a list to look in. */
export function subnets(written: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of written) {
    const [address = "", bits] = one.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

export function isWithin(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
