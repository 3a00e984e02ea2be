import type { Clock } from "#core/host";
import type { ExecutorEvent, Life, Measured } from "#pool/host";
import { type UnlistedOutcome, UnlistedTally } from "#pool/traffic";

/** Programs choose whom they call, so the daemon is told of so many new callees a second. */
const toldPerSecondMax = 10;
const secondNs = 1e9;

export interface UnlistedBookPorts {
  readonly clock: Pick<Clock, "monotonicNs">;
  /** Tells the daemon. */
  readonly tell: (event: ExecutorEvent) => void;
}

/** What is kept of one life. */
class Page {
  readonly tally = new UnlistedTally();
  /** Callees with what became of them, of which the daemon knows. */
  readonly told = new Set<string>();
}

/** The requests of all lives of an executor to whom their `uses` do not list. */
export class UnlistedBook {
  readonly #ports: UnlistedBookPorts;
  readonly #pages = new Map<Life, Page>();
  #secondEndsNs = 0;
  #toldInSecond = 0;

  constructor(ports: UnlistedBookPorts) {
    this.#ports = ports;
  }

  /** The name that a callee is counted under: `otherCallees` where there are too many. */
  nameFor(life: Life, callee: string): string {
    return this.#pages.get(life)?.tally.nameFor(callee) ?? callee;
  }

  note(life: Life, callee: string, outcome: UnlistedOutcome): void {
    const page = this.#pages.getOrInsertComputed(life, () => new Page());
    const name = page.tally.nameFor(callee);
    page.tally.add({ callee: name, letThrough: 0, refused: 0, [outcome]: 1 });
    const mark = `${outcome} ${name}`;
    // One that could not be told is told with its next call.
    if (page.told.has(mark) || !this.#mayTell()) return;
    page.told.add(mark);
    this.#ports.tell({
      kind: "call-unlisted",
      life,
      callee: name,
      isRefused: outcome === "refused",
    });
  }

  /** What was counted of a life; nothing where nothing was. */
  of(life: Life): Pick<Measured, "unlisted"> {
    const page = this.#pages.get(life);
    return page === undefined ? {} : { unlisted: page.tally.calls };
  }

  /** The same of a life that is over, which is forgotten. */
  take(life: Life): Pick<Measured, "unlisted"> {
    const counted = this.of(life);
    this.#pages.delete(life);
    return counted;
  }

  #mayTell(): boolean {
    const nowNs = this.#ports.clock.monotonicNs();
    if (nowNs >= this.#secondEndsNs) {
      this.#secondEndsNs = nowNs + secondNs;
      this.#toldInSecond = 0;
    }
    this.#toldInSecond += 1;
    return this.#toldInSecond <= toldPerSecondMax;
  }
}
