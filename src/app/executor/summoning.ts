import type { Clock, Turns } from "#core/host";
import type { ExecutorEvent, ProcessOrder, ServePolicy } from "#pool/host";
import type { Backlog, Summons, SummonsEnd, SummonsOutcome } from "#pool/host/summons";
import type { Endpoint } from "#pool/ingress";
import { SummonedRequest, Workload } from "#pool/summon";

export interface SummoningPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  /** Tells the daemon. */
  readonly tell: (event: ExecutorEvent) => void;
}

/** Messages and runs for one process that serves: they go to its endpoint as requests. */
export class Summoning {
  readonly #order: Pick<ProcessOrder, "life" | "path">;
  readonly #endpoint: Pick<Endpoint, "arrive" | "configure" | "room">;
  readonly #ports: SummoningPorts;
  readonly #workload: Workload;
  #policy: ServePolicy;
  /** How many instances what waits wants at the least. */
  #wanted = 0;
  #untold: SummonsEnd[] = [];

  constructor(
    whose: {
      readonly order: Pick<ProcessOrder, "life" | "path">;
      readonly policy: ServePolicy;
      readonly endpoint: Pick<Endpoint, "arrive" | "configure" | "room">;
    },
    ports: SummoningPorts,
  ) {
    this.#order = whose.order;
    this.#policy = whose.policy;
    this.#endpoint = whose.endpoint;
    this.#ports = ports;
    const { clock, turns, tell } = ports;
    const { life } = whose.order;
    this.#workload = new Workload({
      clock,
      turns,
      policy: () => this.#policy,
      view: () => this.#endpoint.room,
      want: (instances) => {
        this.#wanted = instances;
        this.#configure();
      },
      tell: (most) => tell({ kind: "room", life, most }),
    });
  }

  /** It serves so from now on. */
  configure(policy: ServePolicy): void {
    this.#policy = policy;
    this.#configure();
  }

  take(all: readonly Summons[]): void {
    const { turns } = this.#ports;
    const authority = this.#order.path.split("/").at(-1) ?? "";
    for (const summons of all) {
      this.#workload.began();
      const ended = (outcome: SummonsOutcome): void => this.#ended(summons.number, outcome);
      this.#endpoint.arrive(new SummonedRequest(summons, { authority, turns, ended }));
    }
  }

  waits(backlog: Backlog): void {
    this.#workload.waits(backlog);
  }

  /** There may be room for more, or less. */
  hasRoom(): void {
    this.#workload.hasRoom();
  }

  #configure(): void {
    const { instancesMin, instancesMax } = this.#policy;
    const least = Math.min(instancesMax, Math.max(instancesMin, this.#wanted));
    this.#endpoint.configure({ ...this.#policy, instancesMin: least });
  }

  #ended(number: number, outcome: SummonsOutcome): void {
    this.#workload.ended(outcome.kind !== "untouched");
    this.#untold.push({ number, outcome });
    if (this.#untold.length > 1) return;
    void Promise.resolve().then(() => {
      const ends = this.#untold;
      this.#untold = [];
      this.#ports.tell({ kind: "summoned", life: this.#order.life, ends });
    });
  }
}
