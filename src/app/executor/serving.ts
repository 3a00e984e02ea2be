import type { Clock } from "#core/host";
import type { IncomingRequest, Inlet } from "#core/host/traffic";
import type { ExitReason } from "#core/sys";
import {
  addUsage,
  defaultServePolicy,
  type ExecutorEvent,
  noUsage,
  type ProcessOrder,
  type ProcessUsage,
} from "#pool/host";
import { Endpoint, type InstanceLink, type StartInstance } from "#pool/ingress";
import {
  endedBy,
  type Instance,
  type InstanceBuild,
  type InstancePorts,
  makerFor,
  refusalBy,
} from "#app/executor/instance";
import type { Images, ReadyImage } from "./images.ts";

const failuresToldEveryNs = 1e9;

export interface ServingPorts extends InstancePorts {
  readonly images: Pick<Images, "get">;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** Tells the daemon. */
  readonly tell: (event: ExecutorEvent) => void;
  /** It answers requests from now on, or others than before. */
  readonly routed: () => void;
  /** It is over. Called once. */
  readonly over: (serving: Serving, reason: ExitReason, usage: ProcessUsage) => void;
}

/** One process that serves, on this executor: its endpoint, and the instances it has started. */
export class Serving {
  readonly #ports: ServingPorts;
  #order: ProcessOrder;
  #endpoint: Endpoint | undefined = undefined;
  readonly #instances = new Set<Instance>();
  /** What instances used that are gone. */
  #used: ProcessUsage = noUsage;
  /** Somebody wanted its end. */
  #endedBy: string | undefined = undefined;
  #isOver = false;
  #untoldUntilNs = 0;

  constructor(order: ProcessOrder, ports: ServingPorts) {
    this.#order = order;
    this.#ports = ports;
  }

  get order(): ProcessOrder {
    return this.#order;
  }

  /** Whether it takes requests; not before it is open, nor while it ends. */
  get isServing(): boolean {
    return this.#endpoint !== undefined && this.#endedBy === undefined;
  }

  /** Where it answers. */
  get routes(): readonly string[] {
    return this.isServing ? (this.#order.serve?.routes ?? []) : [];
  }

  /** What all its instances used, those that are gone among them. */
  get usage(): ProcessUsage {
    let sum = this.#used;
    for (const { usage } of this.#instances) sum = addUsage(sum, usage);
    return sum;
  }

  arrive(request: IncomingRequest): void {
    this.#endpoint?.arrive(request);
  }

  /** Makes its program ready, and then serves: nothing is compiled when a request comes. */
  async open(): Promise<void> {
    try {
      const image = await this.#ports.images.get(this.#order.image);
      if (this.#endedBy !== undefined) return this.#over(endedBy(this.#endedBy));
      this.#serve({ order: this.#order, image });
    } catch (cause) {
      this.#over(refusalBy(cause));
    }
  }

  #serve(build: InstanceBuild): void {
    const { clock, turns, chance, tell } = this.#ports;
    const { life, path } = this.#order;
    const policy = this.#order.serve?.policy ?? defaultServePolicy;
    this.#endpoint = new Endpoint(
      path,
      { policy, start: this.#starter(build) },
      {
        clock,
        turns,
        chance,
        failed: (reason) => this.#failed(reason),
        reverted: (reason) => tell({ kind: "renewal-reverted", life, reason }),
        emptied: () => this.#over(endedBy(this.#endedBy ?? "noos, which wants its end")),
      },
    );
    tell({ kind: "started", lives: [life] });
    this.#ports.routed();
    this.#endpoint.open();
  }

  /** Serves as another order says, by other instances where those have to be others. */
  async renew(order: ProcessOrder): Promise<void> {
    const before = this.#order;
    this.#order = order;
    const endpoint = this.#endpoint;
    if (endpoint === undefined || this.#endedBy !== undefined) return;
    if (order.serve !== undefined) endpoint.configure(order.serve.policy);
    this.#ports.routed();
    if (isSameBuild(before, order)) return;
    const image = await this.#image(order);
    // A newer one may have come meanwhile.
    if (image === undefined || this.#order !== order) return;
    endpoint.renew(this.#starter({ order, image }));
  }

  /** The image of a renewal; that there is none is told, and what is there goes on. */
  async #image({ image, life }: ProcessOrder): Promise<ReadyImage | undefined> {
    try {
      return await this.#ports.images.get(image);
    } catch (cause) {
      this.#ports.tell({ kind: "renewal-reverted", life, reason: refusalBy(cause) });
      return undefined;
    }
  }

  /** Takes no more requests, and is over when those it has are answered. */
  ask(): void {
    this.#endedBy ??= "noos, which wants its end";
    this.#ports.routed();
    this.#endpoint?.close();
  }

  end(who: string): void {
    this.#endedBy ??= who;
    this.#ports.routed();
    this.#endpoint?.end(who);
  }

  #starter(build: InstanceBuild): StartInstance {
    const make = makerFor(build);
    return (inlet: Inlet, ended: (reason: ExitReason) => void): InstanceLink => {
      const instance = make(build, this.#ports, {
        inlet,
        failed: (reason) => this.#failed(reason),
        over: (who, reason) => {
          this.#instances.delete(who);
          this.#used = addUsage(this.#used, { ...who.usage, memoryBytes: 0 });
          ended(reason);
        },
      });
      this.#instances.add(instance);
      return instance;
    };
  }

  /** A command may fail for each request: that is told of once a second. */
  #failed(reason: ExitReason): void {
    const nowNs = this.#ports.clock.monotonicNs();
    if (nowNs < this.#untoldUntilNs) return;
    this.#untoldUntilNs = nowNs + failuresToldEveryNs;
    this.#ports.tell({ kind: "instance-failed", life: this.#order.life, reason });
  }

  #over(reason: ExitReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ports.over(this, reason, this.usage);
  }
}

/** Whether instances of one order are as good as those of the other. */
function isSameBuild(one: ProcessOrder, other: ProcessOrder): boolean {
  const textOf = ({ serve, ...order }: ProcessOrder): string =>
    JSON.stringify({ ...order, as: serve?.as });
  return textOf(one) === textOf(other);
}
