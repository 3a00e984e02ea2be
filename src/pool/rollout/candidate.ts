import { describeExit, type ExitReason, formatDuration } from "#core/sys";
import type { Timer, Turns } from "#core/host";
import type { ServePolicy } from "#pool/host";
import type { Endpoint, EndpointPorts, StartInstance } from "#pool/ingress";
import { Probe } from "./probe.ts";

/** So often a new build may fail to start before it is given up. */
const failuresMax = 3;

export interface CandidatePorts {
  readonly turns: Turns;
  /** An endpoint for the build, not open yet. */
  readonly endpoint: (
    policy: ServePolicy,
    ports: Pick<EndpointPorts, "ready" | "failed">,
  ) => Endpoint;
  /** Everybody may call it. */
  readonly proved: () => void;
  /** It does not start, or is not as it should be when it has. */
  readonly refused: (why: string) => void;
}

/**
 * A build that nobody calls yet: one instance of it has to start, and its probe to be answered by
 * 2xx or 3xx, all within the time that an answer may take. One that does not is ended, and another
 * tried; the third failure is the last. Then one of `proved` and `refused` has been told, once.
 */
export class Candidate {
  readonly endpoint: Endpoint;
  #policy: ServePolicy;
  readonly #ports: CandidatePorts;
  #failures = 0;
  #isOver = false;
  #deadline: Timer | undefined = undefined;

  constructor(policy: ServePolicy, ports: CandidatePorts) {
    this.#policy = policy;
    this.#ports = ports;
    this.endpoint = ports.endpoint(unproved(policy), {
      // It asks in the middle of a call of its own.
      ready: () => void Promise.resolve().then(() => this.#ready()),
      failed: (reason) => this.#failed(reason),
    });
  }

  open(start: StartInstance): void {
    this.endpoint.open(start);
    this.#watch();
  }

  /** What it is to serve as changed; that counts for what is asked of it from now on, too. */
  configure(policy: ServePolicy): void {
    this.#policy = policy;
    this.endpoint.configure(unproved(policy));
  }

  /** Nobody wants it any more. */
  cancel(): void {
    this.#isOver = true;
    this.#deadline?.cancel();
  }

  #ready(): void {
    const { probe } = this.#policy;
    if (this.#isOver) return;
    if (probe === undefined) return this.#proved();
    const asked = this.#failures;
    // From here on the endpoint sees to it that there is an answer in time.
    this.#deadline?.cancel();
    this.endpoint.arrive(
      new Probe(probe, (status) => {
        void Promise.resolve().then(() => {
          // Of an instance that has failed since, this says nothing new.
          if (this.#failures === asked) this.#probed(probe, status);
        });
      }),
    );
  }

  #probed(target: string, status: number | undefined): void {
    if (this.#isOver) return;
    if (status !== undefined && status >= 200 && status < 400) return this.#proved();
    const how = status === undefined ? "given up" : `answered with ${status}`;
    this.endpoint.replaceInstances(`noos, for its probe GET ${target} was ${how}`);
  }

  #proved(): void {
    this.cancel();
    this.#ports.proved();
  }

  #failed(reason: ExitReason): void {
    if (this.#isOver) return;
    this.#failures += 1;
    if (this.#failures < failuresMax) return this.#watch();
    this.cancel();
    this.#ports.refused(describeExit(reason));
  }

  #watch(): void {
    const { timeoutNs } = this.#policy;
    const { turns } = this.#ports;
    this.#deadline?.cancel();
    this.#deadline = turns.after(timeoutNs, () => {
      const time = formatDuration(timeoutNs);
      this.endpoint.replaceInstances(`noos, for it did not start within ${time}`);
      this.#watch();
    });
  }
}

/** One instance has to show that it starts, also where nobody calls. */
function unproved(policy: ServePolicy): ServePolicy {
  return { ...policy, instancesMin: 1 };
}
