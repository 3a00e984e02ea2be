import type { Clock, Turns } from "#core/host";
import type { ServePolicy } from "#pool/host";
import type { RehearsalReport } from "#pool/renewal";
import { Aside, type AsideBuild } from "./aside.ts";
import type { KeptExchange } from "./exchange.ts";
import { judge, trialOf, type Trial } from "./judge.ts";

/** So long a rehearsal goes on, and so long it waits for one answer. */
const runNsMax = 30e9;
const answerNsMax = 5e9;

/** A build that is started aside. */
export interface RehearsedBuild extends AsideBuild {
  readonly policy: Pick<ServePolicy, "callsMax" | "timeoutNs">;
  /** How many requests to others it was refused so far. */
  readonly callsRefused: () => number;
}

export interface RehearsalPorts {
  readonly clock: Pick<Clock, "monotonicNs">;
  readonly turns: Pick<Turns, "after">;
}

/**
 * Makes requests again, one after the other, of the build that serves, of a new one, and of that
 * which serves once more. In this order: so what time alone changes between the first two has also
 * changed between the first and the last, and is known not to be the new build's doing.
 */
export class Rehearsal {
  readonly #ports: RehearsalPorts;
  readonly #builds: { readonly serving: RehearsedBuild; readonly fresh: RehearsedBuild };
  readonly #serving: Aside;
  readonly #fresh: Aside;
  readonly #again: Aside;
  #isEnded = false;

  constructor(
    builds: { readonly serving: RehearsedBuild; readonly fresh: RehearsedBuild },
    ports: RehearsalPorts,
  ) {
    this.#ports = ports;
    this.#builds = builds;
    this.#serving = this.#aside(builds.serving);
    this.#fresh = this.#aside(builds.fresh);
    this.#again = this.#aside(builds.serving);
  }

  /** Answers when all that it started has ended. Called once. */
  async run(exchanges: readonly KeptExchange[]): Promise<RehearsalReport> {
    const { clock } = this.#ports;
    const untilNs = clock.monotonicNs() + runNsMax;
    const trials: Trial[] = [];
    for (const exchange of exchanges) {
      if (this.#isEnded || clock.monotonicNs() >= untilNs) break;
      trials.push(await this.#try(exchange));
    }
    await this.end("noos, for the rehearsal is over");
    return { recent: exchanges.length, ...judge(trials) };
  }

  /** Ends it, wherever it is. */
  async end(who: string): Promise<void> {
    this.#isEnded = true;
    await Promise.all([this.#serving, this.#fresh, this.#again].map((build) => build.end(who)));
  }

  async #try(exchange: KeptExchange): Promise<Trial> {
    const { serving, fresh } = this.#builds;
    const refused = { before: serving.callsRefused(), after: fresh.callsRefused() };
    const before = await this.#serving.answer(exchange);
    const after = await this.#fresh.answer(exchange);
    const again = await this.#again.answer(exchange);
    return trialOf(
      exchange,
      { before, after, again },
      {
        before: serving.callsRefused() - refused.before,
        after: fresh.callsRefused() - refused.after,
      },
    );
  }

  #aside({ policy, ...build }: RehearsedBuild): Aside {
    const { turns } = this.#ports;
    const timeoutNs = Math.min(policy.timeoutNs, answerNsMax);
    return new Aside({ ...build, callsMax: policy.callsMax, timeoutNs, turns });
  }
}
