import type { Socket } from "node:net";
import { describePeer, type Peer } from "#core/http";
import { type Subnets, subnets } from "#adapters/node/socket";

/** A connection, as all its requests see it; one object for all of one address. */
export interface Link {
  readonly peer: Peer;
  readonly scheme: "http" | "https";
}

export interface GateBounds {
  readonly connectionsMax: number;
  /** From one address that is not a trusted proxy's. */
  readonly connectionsPerAddressMax: number;
}

export const gateBounds: GateBounds = {
  connectionsMax: 16_384,
  connectionsPerAddressMax: 1024,
};

/** All connections from one address. */
interface Origin {
  readonly address: string;
  readonly link: Link;
  count: number;
}

/**
 * Lets connections in, as many as there may be of all clients and of each. There may be very many
 * that are idle, so each adds as little as can be: no listener and no name of its own.
 */
export class Gate {
  readonly #bounds: GateBounds;
  readonly #trusted: Subnets;
  readonly #scheme: Link["scheme"];
  readonly #origins = new Map<string, Origin>();
  readonly #originOf = new Map<Socket, Origin>();
  /** One for all of them. */
  readonly #listener: (this: Socket) => void;

  /** Expects `trusted` to be addresses and subnets (`10.0.0.0/8`). */
  constructor(bounds: GateBounds, trusted: readonly string[], scheme: Link["scheme"]) {
    this.#bounds = bounds;
    this.#trusted = subnets(trusted);
    this.#scheme = scheme;
    const left = (socket: Socket): void => this.#left(socket);
    this.#listener = function closed() {
      left(this);
    };
  }

  get openCount(): number {
    return this.#originOf.size;
  }

  /** Answers whether there is room for one more. */
  admit(socket: Socket): boolean {
    const origin = this.#originAt(socket.remoteAddress);
    const { connectionsMax, connectionsPerAddressMax } = this.#bounds;
    const isOver = !origin.link.peer.isTrusted && origin.count >= connectionsPerAddressMax;
    if (isOver || this.#originOf.size >= connectionsMax) return false;
    origin.count += 1;
    this.#origins.set(origin.address, origin);
    this.#originOf.set(socket, origin);
    socket.on("close", this.#listener);
    return true;
  }

  /** Who is at the other end, also of TLS over an admitted connection. */
  linkOf(socket: Socket): Link {
    return this.#originAt(socket.remoteAddress).link;
  }

  closeAll(): void {
    for (const socket of this.#originOf.keys()) socket.destroy();
  }

  #left(socket: Socket): void {
    const origin = this.#originOf.get(socket);
    if (origin === undefined || !this.#originOf.delete(socket)) return;
    origin.count -= 1;
    if (origin.count > 0) return;
    this.#origins.delete(origin.address);
  }

  /** Of a Unix socket, and of a client that is gone already, there is no address. */
  #originAt(address = ""): Origin {
    const known = this.#origins.get(address);
    if (known !== undefined) return known;
    const isTrusted = address !== "" && this.#trusted.has(address);
    const peer = describePeer(address, isTrusted);
    return { address, link: { peer, scheme: this.#scheme }, count: 0 };
  }
}
