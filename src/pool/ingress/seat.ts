import type { IncomingRequest, Inlet } from "#core/host/traffic";
import type { Visit } from "./visit.ts";

/** An instance as whoever runs it hands it over. */
export interface InstanceLink {
  /** It gets no more requests and has none: it may end. */
  retire(): void;
  /** Ends it now, wherever it stands; `who` is told in its reason. */
  end(who: string): void;
}

/** Who gives a seat its requests. */
export interface SeatKeeper {
  /** It has room for one more. */
  hungry(seat: Seat): void;
  /** It asks for the first time: it has started. */
  ready(seat: Seat): void;
}

/**
 * The place of one instance at its endpoint. It is the instance's inlet: the instance asks for a
 * request when it has room for one, and gets it when there is one and the endpoint lets it.
 */
export class Seat implements Inlet {
  /** What it is an instance of. */
  readonly build: object;
  readonly startedNs: number;
  readonly visits: Set<Visit> = new Set<Visit>();
  link: InstanceLink | undefined = undefined;
  isReady = false;
  /** It gets no more requests, and ends with its last one. */
  isRetiring = false;
  /** Since when it waits for a request. */
  idleSinceNs = 0;
  /** When it last answered anything. */
  answeredNs = 0;
  #callsLeft: number;
  readonly #atOnceMax: number;
  readonly #keeper: SeatKeeper;
  #asking: ((request: IncomingRequest) => void) | undefined = undefined;

  constructor(
    keeper: SeatKeeper,
    options: {
      readonly build: object;
      readonly startedNs: number;
      readonly callsMax: number;
      readonly atOnceMax: number;
    },
  ) {
    this.#keeper = keeper;
    this.build = options.build;
    this.startedNs = options.startedNs;
    this.answeredNs = options.startedNs;
    this.#callsLeft = options.callsMax;
    this.#atOnceMax = options.atOnceMax;
  }

  /** Whether it can be given a request now. */
  get isHungry(): boolean {
    return (
      this.#asking !== undefined &&
      !this.isRetiring &&
      this.#callsLeft > 0 &&
      this.visits.size < this.#atOnceMax
    );
  }

  /** Whether it has had all requests it is to have. */
  get isSpent(): boolean {
    return this.#callsLeft <= 0;
  }

  next(answer: (request: IncomingRequest) => void): void {
    this.#asking = answer;
    if (!this.isReady) {
      this.isReady = true;
      this.#keeper.ready(this);
    }
    if (this.isHungry) this.#keeper.hungry(this);
  }

  /** Hands over a request. Expects `isHungry`. */
  give(visit: Visit, nowNs: number): void {
    const answer = this.#asking;
    this.#asking = undefined;
    this.#callsLeft -= 1;
    this.visits.add(visit);
    visit.give(nowNs);
    answer?.(visit);
  }

  close(): void {
    this.#asking = undefined;
  }
}
