import { StreamFront } from "#adapters/node/http";
import type { IncomingRequest, Outlet } from "#core/host/traffic";
import type { Program } from "#core/machine";
import { makesRequests } from "#core/personality/noos-http";
import type { Life, Measured, ProcessOrder, ServedElsewhere } from "#pool/host";
import type { PostAnswer } from "#pool/host/summons";
import { Relief, type ReliefPorts, type Seat } from "#pool/ingress";
import { RecentsBudget } from "#pool/rehearse";
import { servedKeyOf } from "#pool/route";
import { PostOffice } from "#pool/summon";
import { LoadTeller } from "./load-teller.ts";
import { OutsideWays } from "./outside.ts";
import { type OwnPlace, Places, type PlacesPorts } from "#app/executor/places";
import { Serving, type ServingPorts } from "./serving.ts";
import { Unlisted, type UnlistedBook } from "#app/executor/unlisted";
import { WayOut } from "./way-out.ts";

export interface ServingsPorts
  extends
    Omit<ServingPorts, "starting" | "routed" | "over" | "outlet" | "recents" | "streams">,
    Pick<PlacesPorts, "forward">,
    Pick<ReliefPorts<Seat>, "memory" | "collect"> {
  /** How long the event loop has worked so far. */
  readonly busyNs: () => number;
  readonly unlisted: UnlistedBook;
}

type WayOutOrder = Pick<ProcessOrder, "life" | "path" | "call" | "unlisted">;

/** Everything that serves on this executor, and what is for it or for others. */
export class Servings {
  readonly #ports: ServingsPorts;
  readonly #servings = new Map<Life, Serving>();
  readonly #places: Places;
  readonly #relief: Relief<Seat>;
  readonly #load: LoadTeller;
  readonly #outside = new OutsideWays();
  readonly #recents = new RecentsBudget();
  readonly #streams = new StreamFront();
  readonly #posts: PostOffice;

  constructor(ports: ServingsPorts) {
    this.#ports = ports;
    const { clock, turns, memory, collect, forward } = ports;
    this.#places = new Places({ turns, forward, own: () => this.#own() });
    const hasAny = (): boolean => this.#servings.size > 0;
    const all = (): ReadonlyMap<string, Serving> =>
      new Map(this.#servings.values().map((serving) => [serving.order.path, serving]));
    this.#relief = new Relief({ clock, turns, memory, collect, hasAny, all });
    this.#load = new LoadTeller({ ...ports, hasAny, all: () => this.#servings.values() });
    this.#posts = new PostOffice((request, post) => ports.tell({ kind: "post", request, post }));
  }

  start(order: ProcessOrder): void {
    const { life } = order;
    const serving = new Serving(order, {
      ...this.#ports,
      recents: this.#recents,
      streams: this.#streams,
      outlet: (whose, program) => this.outletFor(whose, program),
      starting: () => this.#relief.starting(),
      routed: () => this.#places.changed(),
      over: (reason) => {
        this.#servings.delete(life);
        this.#places.changed();
        const measured = { ...serving.measured, ...this.#ports.unlisted.take(life) };
        this.#ports.tell({ kind: "ended", ends: [{ life, reason, ...measured }] });
      },
    });
    this.#servings.set(life, serving);
    this.#places.changed();
    this.#relief.watch();
    this.#load.watch();
    void serving.open();
  }

  get(life: Life): Serving | undefined {
    return this.#servings.get(life);
  }

  /** The way out of a process that may make requests. */
  outletFor(order: WayOutOrder, program: Program): Outlet | undefined {
    // It need not be granted anybody: what it is refused is counted.
    if (order.call.length === 0 && !makesRequests(program)) return undefined;
    const { turns, unlisted } = this.#ports;
    return new WayOut(order, {
      turns,
      find: (key) => this.#places.find(key),
      post: (call, what) => this.#posts.take(call, what),
      outside: (callees) => this.#outside.to(callees),
      unlisted: new Unlisted(order, {
        book: unlisted,
        isServed: (key) => this.#places.find(key) !== undefined,
        anyPublic: () => this.#outside.anyPublic(),
      }),
    });
  }

  /** What other executors have. */
  elsewhere(served: readonly ServedElsewhere[]): void {
    this.#places.elsewhere(served);
  }

  /** What became of a message that one of them sent. */
  posted(request: number, answer: PostAnswer | undefined): void {
    this.#posts.answered(request, answer);
  }

  /** What each of them used and did. */
  measured(): readonly (readonly [Life, Measured])[] {
    const { unlisted } = this.#ports;
    return [...this.#servings].map(
      ([life, serving]) => [life, { ...serving.measured, ...unlisted.of(life) }] as const,
    );
  }

  /** Takes a request to whom it is for. */
  arrive(request: IncomingRequest): void {
    this.#places.arrive(request);
  }

  /** Takes a request that another executor handed on. */
  handedOn(request: IncomingRequest, key: string): void {
    this.#places.handedOn(request, key);
  }

  *#own(): Iterable<OwnPlace> {
    for (const serving of this.#servings.values()) {
      const { isServing, routes, order } = serving;
      const key = servedKeyOf(order.path);
      yield { key, routes, answerer: serving, isStaying: isServing };
    }
  }
}
