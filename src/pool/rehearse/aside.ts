import { assert } from "#core/base";
import type { Timer, Turns } from "#core/host";
import type { IncomingRequest, Inlet } from "#core/host/traffic";
import { describeExit, type ExitReason, formatDuration } from "#core/sys";
import type { InstanceLink } from "#pool/ingress";
import type { KeptExchange, Outcome } from "./exchange.ts";
import { Repeated } from "./repeated.ts";

/** Who gives up a request may be about to end, and the reason of that says more. */
const afterwordNs = 50e6;

/** A build as it can be asked aside. */
export interface AsideBuild {
  /** Starts an instance; tells of its end, and of failures of processes that it goes on after. */
  readonly start: (
    inlet: Inlet,
    told: {
      readonly ended: (reason: ExitReason) => void;
      readonly failed: (reason: ExitReason) => void;
    },
  ) => InstanceLink;
  /** What its processes complained of since this was last asked; empty if of nothing. */
  readonly takeComplaint: () => string;
}

export interface AsideOptions extends AsideBuild {
  /** Requests that one instance takes in all. */
  readonly callsMax: number;
  readonly timeoutNs: number;
  readonly turns: Pick<Turns, "after">;
}

/** What one instance is given its requests by: one, when it asks and there is one. */
class Hatch implements Inlet {
  link: InstanceLink | undefined = undefined;
  #callsLeft: number;
  #asking: Parameters<Inlet["next"]>[0] | undefined = undefined;
  #waiting: IncomingRequest | undefined = undefined;

  constructor(callsMax: number) {
    this.#callsLeft = callsMax;
  }

  get hasRoom(): boolean {
    return this.#callsLeft > 0;
  }

  put(request: IncomingRequest): void {
    this.#callsLeft -= 1;
    this.#waiting = request;
    this.#meet();
  }

  next(answer: Parameters<Inlet["next"]>[0]): void {
    this.#asking = answer;
    this.#meet();
  }

  close(): void {
    this.#asking = undefined;
  }

  #meet(): void {
    const [asking, request] = [this.#asking, this.#waiting];
    const given = request ?? (this.hasRoom ? undefined : "end");
    if (asking === undefined || given === undefined) return;
    this.#asking = undefined;
    this.#waiting = undefined;
    void Promise.resolve().then(() => asking(given));
  }
}

/**
 * One build beside those that serve: it answers one request at a time, by one instance, and by
 * another where that one has ended or has had its number of requests.
 */
export class Aside {
  readonly #options: AsideOptions;
  readonly #instances = new Set<Hatch>();
  #current: Hatch | undefined = undefined;
  /** What is told when an instance ends that has a request. */
  #lost: ((why: string) => void) | undefined = undefined;
  #endedBy: string | undefined = undefined;
  readonly #empty = Promise.withResolvers<void>();

  constructor(options: AsideOptions) {
    this.#options = options;
  }

  /** Expects that the one before was answered. */
  async answer(exchange: Pick<KeptExchange, "head" | "body">): Promise<Outcome> {
    assert(this.#lost === undefined, "a rehearsal makes one request after the other");
    if (this.#endedBy !== undefined) return { kind: "none", why: this.#endedBy };
    const { turns, timeoutNs, takeComplaint } = this.#options;
    // Of what was asked before.
    takeComplaint();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const timers: Timer[] = [];
    const none = (why: string): void => resolve({ kind: "none", why });
    const late = (): void => {
      none(`it did not answer within ${formatDuration(timeoutNs)}`);
      // It may be at it for ever: the next request is for another.
      this.#dismiss("noos, for it answers nothing");
    };
    this.#lost = none;
    timers.push(turns.after(timeoutNs, late));
    const over = (outcome: Outcome): void => {
      if (outcome.kind === "answer") resolve(outcome);
      else timers.push(turns.after(afterwordNs, () => resolve(outcome)));
    };
    this.#instance().put(new Repeated(exchange, over));
    const outcome = await promise;
    this.#lost = undefined;
    for (const timer of timers) timer.cancel();
    return outcome;
  }

  /** Ends what there is of it; answers when nothing is. Harmless later. */
  async end(who: string): Promise<void> {
    this.#endedBy ??= who;
    this.#lost?.(who);
    if (this.#instances.size === 0) return;
    for (const { link } of this.#instances) link?.end(who);
    await this.#empty.promise;
  }

  #instance(): Hatch {
    if (this.#current?.hasRoom === true) return this.#current;
    const hatch = new Hatch(this.#options.callsMax);
    this.#current = hatch;
    this.#instances.add(hatch);
    hatch.link = this.#options.start(hatch, {
      ended: (reason) => this.#ended(hatch, reason),
      failed: (reason) => this.#failed(hatch, reason),
    });
    return hatch;
  }

  #dismiss(who: string): void {
    this.#current?.link?.end(who);
    this.#current = undefined;
  }

  #ended(hatch: Hatch, reason: ExitReason): void {
    this.#instances.delete(hatch);
    if (this.#endedBy !== undefined && this.#instances.size === 0) this.#empty.resolve();
    if (this.#current !== hatch) return;
    this.#failed(hatch, reason);
    this.#current = undefined;
  }

  #failed(hatch: Hatch, reason: ExitReason): void {
    if (this.#current !== hatch || this.#lost === undefined) return;
    const complaint = this.#options.takeComplaint();
    this.#lost(describeExit(reason) + (complaint === "" ? "" : `: ${complaint}`));
  }
}
