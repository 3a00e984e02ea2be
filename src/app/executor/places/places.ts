import type { HopLoss, HopTarget } from "#adapters/node/hop";
import type { Turns } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import type { ServedElsewhere } from "#pool/host";
import { refuse } from "#pool/ingress";
import { isTunnel } from "#core/net";
import { isTcpRoute, parseRoute, RouteTable } from "#pool/route";
import { ByTurns } from "./by-turns.ts";
import { LateLine } from "./late-line.ts";
import { Traveller } from "./traveller.ts";

/** Who answers a request, or brings it to somebody who does. */
export interface Answerer {
  arrive(request: IncomingRequest): void;
  /** Whether others had better answer, if any can. */
  readonly isCrowded?: boolean;
}

/** Something that serves here. */
export interface OwnPlace {
  readonly key: string;
  readonly routes: readonly string[];
  readonly answerer: Answerer;
  /** Whether it does not end: what ends refuses requests, so that callers know to come again. */
  readonly isStaying: boolean;
}

export interface PlacesPorts {
  readonly turns: Pick<Turns, "after">;
  /** What serves on this executor. */
  readonly own: () => Iterable<OwnPlace>;
  /** Hands a request on to another executor, as `Hops` does. */
  readonly forward: (request: IncomingRequest, to: HopTarget, lost: (why: HopLoss) => void) => void;
}

/** A request whose executor was lost is taken to another once. */
const lossesMax = 1;

/** Which requests are for what, here and on other executors; and those whose time is to come. */
export class Places {
  readonly #ports: PlacesPorts;
  readonly #late: LateLine;
  #elsewhere: readonly ServedElsewhere[] = [];
  /** Where nobody listens any more, of the sockets that we were told. */
  readonly #lostSockets = new Set<string>();
  /** Whether what follows is not yet what it should be. */
  #isStale = true;
  #routes = new RouteTable<Answerer>();
  /** Of raw connections, by their routes. */
  #tcp = new Map<string, Answerer>();
  /** By the keys that callers know them by. */
  #keys = new Map<string, Answerer>();
  /** Of those, what answers here, and what does not any more, */
  #own = new Map<string, Answerer>();
  #ending = new Map<string, Answerer>();
  /** and where the others are that are anywhere. */
  #hops = new Map<string, ByTurns>();

  constructor(ports: PlacesPorts) {
    this.#ports = ports;
    this.#late = new LateLine(ports.turns);
  }

  /** What other executors have. */
  elsewhere(served: readonly ServedElsewhere[]): void {
    this.#elsewhere = served;
    const told = new Set(served.map(({ socket }) => socket));
    for (const socket of this.#lostSockets) {
      if (!told.has(socket)) this.#lostSockets.delete(socket);
    }
    this.changed();
  }

  /** What serves here is not what it was. Thousands may change before anybody asks for one. */
  changed(): void {
    this.#isStale = true;
    if (!this.#late.isEmpty) queueMicrotask(() => this.#refresh());
  }

  /** Takes a request to whom it is for. */
  arrive(request: IncomingRequest): void {
    const { authority, target } = request.head;
    this.#refresh();
    if (isTunnel(request.head)) return this.#connect(request);
    const answerer = this.#routes.find(authority, target);
    if (answerer !== undefined) return answerer.arrive(request);
    const status = this.#routes.hasHost(authority) ? 404 : 421;
    const why = `nothing here answers ${target} of ${authority}`;
    refuse(request, { status, reason: "no-route", why });
  }

  /** A connection that came in at the address of a route. */
  #connect(request: IncomingRequest): void {
    const { authority } = request.head;
    const answerer = this.#tcp.get(authority);
    if (answerer === undefined) request.abandon(`nothing here takes connections for ${authority}`);
    else answerer.arrive(request);
  }

  /** Takes a request that another executor handed on: it is answered here, or nowhere. */
  handedOn(request: IncomingRequest, key: string): void {
    this.#refresh();
    const own = this.#own.get(key) ?? this.#ending.get(key);
    if (own !== undefined) return own.arrive(request);
    this.#late.join(new Traveller(request, { key, isHandedOn: true }));
  }

  /** Whoever answers under a key. */
  find(key: string): Answerer | undefined {
    this.#refresh();
    return this.#keys.get(key);
  }

  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#route();
    this.#late.release((request) => this.#takeOn(request));
  }

  #route(): void {
    this.#routes = new RouteTable<Answerer>();
    this.#tcp = new Map<string, Answerer>();
    this.#keys = new Map<string, Answerer>();
    this.#own = new Map<string, Answerer>();
    this.#ending = new Map<string, Answerer>();
    this.#hops = new Map<string, ByTurns>();
    const own = [...this.#ports.own()];
    for (const place of this.#elsewhere) this.#findHop(place);
    // What moves from one executor to another is both here and there for a moment: here is nearer.
    for (const { key, routes, answerer, isStaying } of own) {
      if (!isStaying) continue;
      if (!this.#own.has(key)) this.#own.set(key, answerer);
      this.#put(routes, this.#shared(key, answerer), key);
    }
    for (const place of this.#elsewhere) this.#putHop(place);
    // Nobody may be there yet who will be in a moment.
    for (const place of this.#elsewhere) this.#putLate(place);
    // Whoever takes the place of what ends goes before it.
    for (const { key, routes, answerer, isStaying } of own) {
      if (isStaying) continue;
      this.#ending.set(key, answerer);
      this.#put(routes, answerer);
    }
  }

  #findHop({ key, socket }: ServedElsewhere): void {
    if (socket === undefined || this.#lostSockets.has(socket)) return;
    this.#hops.getOrInsertComputed(key, () => new ByTurns()).add({ key, socket });
  }

  /** What others have too: where it is crowded here, each of them has its turn. */
  #shared(key: string, own: Answerer): Answerer {
    const others = this.#hops.get(key);
    if (others === undefined) return own;
    const arrive = (request: IncomingRequest): void => {
      const to = own.isCrowded === true ? others.nextOrOwn() : undefined;
      if (to === undefined) own.arrive(request);
      else this.#handOn(travellerOf(request, key), to);
    };
    return { arrive };
  }

  #putHop({ key, routes }: ServedElsewhere): void {
    const targets = this.#hops.get(key);
    if (targets === undefined) return;
    const arrive = (request: IncomingRequest): void => {
      this.#handOn(travellerOf(request, key), targets.next());
    };
    this.#put(routes, { arrive }, key);
  }

  #putLate({ key, routes }: ServedElsewhere): void {
    const arrive = (request: IncomingRequest): void => this.#late.join(travellerOf(request, key));
    this.#put(routes, { arrive }, key);
  }

  #put(routes: readonly string[], answerer: Answerer, key?: string): void {
    if (key !== undefined && !this.#keys.has(key)) this.#keys.set(key, answerer);
    for (const text of routes) {
      if (isTcpRoute(text)) {
        if (!this.#tcp.has(text)) this.#tcp.set(text, answerer);
        continue;
      }
      const route = parseRoute(text);
      if (route !== undefined) this.#routes.add(route, answerer);
    }
  }

  #handOn(request: Traveller, to: HopTarget): void {
    this.#ports.forward(request, to, (why) => this.#lost(request, { to, why }));
  }

  /** Takes a request on that waited; answers whether anybody is there for it. */
  #takeOn(request: Traveller): boolean {
    const own = this.#own.get(request.key);
    const to = request.isHandedOn ? undefined : this.#hops.get(request.key)?.next();
    if (own !== undefined) own.arrive(request);
    else if (to !== undefined) this.#handOn(request, to);
    return own !== undefined || to !== undefined;
  }

  /** Whoever had a request is gone, and never began with it. */
  #lost(request: Traveller, { to, why }: { readonly to: HopTarget; readonly why: HopLoss }): void {
    if (why === "broken") request.losses += 1;
    if (request.losses > lossesMax) {
      const reason = "whoever was to answer was lost, and the next one too";
      return refuse(request, { status: 502, reason: "instance-ended", why: reason });
    }
    if (why === "unreached" && !this.#lostSockets.has(to.socket)) {
      this.#lostSockets.add(to.socket);
      this.#isStale = true;
    }
    this.#refresh();
    if (!this.#takeOn(request)) this.#late.join(request);
  }
}

function travellerOf(request: IncomingRequest, key: string): Traveller {
  return new Traveller(request, { key, isHandedOn: false });
}
