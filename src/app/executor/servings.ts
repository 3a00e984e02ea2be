import type { IncomingRequest } from "#core/host/traffic";
import type { Life, ProcessOrder, ProcessUsage } from "#pool/host";
import { refuse } from "#pool/ingress";
import { parseRoute, RouteTable } from "#pool/route";
import { Serving, type ServingPorts } from "./serving.ts";

export type ServingsPorts = Omit<ServingPorts, "routed" | "over">;

/** Everything that serves on this executor, and which requests are for what of it. */
export class Servings {
  readonly #ports: ServingsPorts;
  readonly #servings = new Map<Life, Serving>();
  #routes = new RouteTable<Serving>();

  constructor(ports: ServingsPorts) {
    this.#ports = ports;
  }

  start(order: ProcessOrder): void {
    const { life } = order;
    const serving = new Serving(order, {
      ...this.#ports,
      routed: () => this.#route(),
      over: (_serving, reason, usage) => {
        this.#servings.delete(life);
        this.#route();
        this.#ports.tell({ kind: "ended", ends: [{ life, reason, usage }] });
      },
    });
    this.#servings.set(life, serving);
    void serving.open();
  }

  get(life: Life): Serving | undefined {
    return this.#servings.get(life);
  }

  /** What each of them used. */
  usage(): readonly (readonly [Life, ProcessUsage])[] {
    return [...this.#servings].map(([life, serving]) => [life, serving.usage] as const);
  }

  /** Takes a request to whom it is for. */
  arrive(request: IncomingRequest): void {
    const { authority, target } = request.head;
    const serving = this.#routes.find(authority, target);
    if (serving !== undefined) return serving.arrive(request);
    const status = this.#routes.hasHost(authority) ? 404 : 421;
    refuse(request, { status, why: `nothing here answers ${target} of ${authority}` });
  }

  #route(): void {
    const table = new RouteTable<Serving>();
    for (const serving of this.#servings.values()) {
      for (const text of serving.routes) {
        const route = parseRoute(text);
        if (route !== undefined) table.add(route, serving);
      }
    }
    this.#routes = table;
  }
}
