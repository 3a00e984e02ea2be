import type { IncomingRequest, Outlet } from "#core/host/traffic";
import type { Life, Measured, ProcessOrder } from "#pool/host";
import { refuse } from "#pool/ingress";
import { parseRoute, RouteTable, servedKey } from "#pool/route";
import { OutsideWays } from "./outside.ts";
import { Serving, type ServingPorts } from "./serving.ts";
import { WayOut } from "./way-out.ts";

export type ServingsPorts = Omit<ServingPorts, "routed" | "over" | "outlet">;

/** Everything that serves on this executor, and which requests are for what of it. */
export class Servings {
  readonly #ports: ServingsPorts;
  readonly #servings = new Map<Life, Serving>();
  /** Made anew when it is wanted: ten thousand may come in one message. */
  #directory: Directory | undefined = undefined;

  readonly #outside = new OutsideWays();

  constructor(ports: ServingsPorts) {
    this.#ports = ports;
  }

  start(order: ProcessOrder): void {
    const { life } = order;
    const serving = new Serving(order, {
      ...this.#ports,
      outlet: (whose) => this.outletFor(whose),
      routed: () => (this.#directory = undefined),
      over: (reason) => {
        this.#servings.delete(life);
        this.#directory = undefined;
        this.#ports.tell({ kind: "ended", ends: [{ life, reason, ...serving.measured }] });
      },
    });
    this.#servings.set(life, serving);
    this.#directory = undefined;
    void serving.open();
  }

  get(life: Life): Serving | undefined {
    return this.#servings.get(life);
  }

  /** The way out of a process that may make requests. */
  outletFor(order: Pick<ProcessOrder, "path" | "call">): Outlet | undefined {
    if (order.call.length === 0) return undefined;
    const { turns } = this.#ports;
    return new WayOut(order, {
      turns,
      find: (key) => this.#find().keys.get(key),
      outside: (callees) => this.#outside.to(callees),
    });
  }

  /** What each of them used and did. */
  measured(): readonly (readonly [Life, Measured])[] {
    return [...this.#servings].map(([life, serving]) => [life, serving.measured] as const);
  }

  /** Takes a request to whom it is for. */
  arrive(request: IncomingRequest): void {
    const { authority, target } = request.head;
    const { routes } = this.#find();
    const serving = routes.find(authority, target);
    if (serving !== undefined) return serving.arrive(request);
    const status = routes.hasHost(authority) ? 404 : 421;
    const why = `nothing here answers ${target} of ${authority}`;
    refuse(request, { status, reason: "no-route", why });
  }

  #find(): Directory {
    return (this.#directory ??= directoryOf([...this.#servings.values()]));
  }
}

/** Where each that serves now is found. */
interface Directory {
  readonly routes: RouteTable<Serving>;
  /** By the keys that callers know them by. */
  readonly keys: ReadonlyMap<string, Serving>;
}

function directoryOf(servings: readonly Serving[]): Directory {
  const routes = new RouteTable<Serving>();
  const keys = new Map<string, Serving>();
  const staying = servings.filter(({ isServing }) => isServing);
  for (const serving of staying) keys.set(keyOf(serving.order.path), serving);
  // The first has a route: of what ends, whoever takes its place goes before it.
  for (const serving of [...staying, ...servings]) {
    for (const text of serving.routes) {
      const route = parseRoute(text);
      if (route !== undefined) routes.add(route, serving);
    }
  }
  return { routes, keys };
}

/** Of a path only the app and the process count: supervisors between them are nobody's name. */
function keyOf(path: string): string {
  const names = path.split("/");
  return servedKey(names[0] ?? "", names.at(-1) ?? "");
}
