import { connect } from "node:net";
import { NumberTable } from "#core/base/collections";
import type { IncomingRequest } from "#core/host/traffic";
import { Link } from "./link.ts";
import { Passage } from "./passage.ts";

/** Where a request is handed on to. */
export interface HopTarget {
  /** The socket of another executor. */
  readonly socket: string;
  /** Whom of what serves there it is for. */
  readonly key: string;
}

/**
 * Why a request came back: nobody was ever there to take it, or whoever had it is gone and it may
 * be made once more.
 */
export type HopLoss = "unreached" | "broken";

/** The connection to one executor, and what is under way over it. */
interface Way {
  readonly link: Link;
  readonly passages: NumberTable<Passage>;
  /** Whether somebody was there: a connection may also end in a line nobody takes it from. */
  isReached: boolean;
  lastNumber: number;
}

/** Hands requests on to other executors of this machine. */
export class Hops {
  readonly #ways = new Map<string, Way>();

  /**
   * Hands a request on. It is answered from there; or, where nothing of it had begun, `lost` is
   * called in place of an answer, once, in a later turn.
   */
  forward(request: IncomingRequest, to: HopTarget, lost: (why: HopLoss) => void): void {
    const way = this.#ways.get(to.socket) ?? this.#open(to.socket);
    const number = freeNumber(way);
    const { link, passages } = way;
    const passage = new Passage(
      request,
      { link, number },
      {
        over: () => passages.delete(number),
        lost: () => lost(way.isReached ? "broken" : "unreached"),
      },
    );
    passages.set(number, passage);
    passage.begin(to.key);
  }

  close(): void {
    for (const { link } of this.#ways.values()) link.close();
  }

  #open(path: string): Way {
    const passages = new NumberTable<Passage>();
    const link = new Link(connect({ path }), {
      heard: (frame) => {
        way.isReached = true;
        passages.get(frame.number)?.heard(frame);
      },
      gone: () => {
        this.#ways.delete(path);
        for (const passage of passages.values()) passage.lose(way);
        passages.clear();
      },
    });
    const way: Way = { link, passages, isReached: false, lastNumber: 0 };
    this.#ways.set(path, way);
    return way;
  }
}

const numberMax = 2 ** 32 - 1;

/** Numbers come round after four thousand million requests, and an old one may still be open. */
function freeNumber(way: Way): number {
  do way.lastNumber = (way.lastNumber % numberMax) + 1;
  while (way.passages.has(way.lastNumber));
  return way.lastNumber;
}
