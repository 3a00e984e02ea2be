import type { Turns } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { type KeptExchange, kindOf } from "./exchange.ts";
import { Witness } from "./witness.ts";

/** So many are kept of one process, and of requests alike, so that others have a place too. */
const keptMax = 64;
const alikeMax = 8;

/** So much of one process, and of all of an executor together. */
const bytesMax = 1024 * 1024;
const allBytesMax = 16 * 1024 * 1024;

/** In a second no more are watched: of many calls, a few of each moment. */
const watchedMax = 20;
const watchedInNs = 1e9;

/** What an exchange takes beside its bodies and its fields. */
const overheadBytes = 512;

/** One that is kept, and by whom. */
interface Kept {
  readonly exchange: KeptExchange;
  readonly kind: string;
  readonly bytes: number;
  readonly owner: Recents;
}

/** What all processes of an executor keep of requests: when it is too much, the oldest goes. */
export class RecentsBudget {
  readonly #kept = new Set<Kept>();
  #bytes = 0;

  add(kept: Kept): void {
    this.#kept.add(kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= allBytesMax) return;
      oldest.owner.drop(oldest);
    }
  }

  remove(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#bytes -= kept.bytes;
  }
}

/**
 * Requests of late to one process with their answers, in memory alone. What is not watched, which
 * is most of it where there is much, costs a request nothing.
 */
export class Recents {
  readonly #turns: Pick<Turns, "after">;
  readonly #budget: RecentsBudget;
  /** The oldest first. */
  #kept: Kept[] = [];
  #bytes = 0;
  #watchesLeft = watchedMax;
  #isOn: boolean;

  constructor(
    isOn: boolean,
    { turns, budget }: { readonly turns: Pick<Turns, "after">; readonly budget: RecentsBudget },
  ) {
    this.#isOn = isOn;
    this.#turns = turns;
    this.#budget = budget;
  }

  /** The oldest first. */
  get all(): readonly KeptExchange[] {
    return this.#kept.map(({ exchange }) => exchange);
  }

  /** The request, watched if it is time for one. */
  watched(request: IncomingRequest): IncomingRequest {
    if (this.#watchesLeft === 0 || !this.#isOn || request.isUpgrade) return request;
    if (this.#watchesLeft === watchedMax) {
      this.#turns.after(watchedInNs, () => (this.#watchesLeft = watchedMax));
    }
    this.#watchesLeft -= 1;
    return new Witness(request, (exchange) => this.#keep(exchange));
  }

  /** Whether any are to be kept from now on; if not, those that are there are forgotten. */
  turn(isOn: boolean): void {
    this.#isOn = isOn;
    if (!isOn) this.forget();
  }

  forget(): void {
    for (const kept of this.#kept.slice()) this.drop(kept);
  }

  drop(kept: Kept): void {
    this.#budget.remove(kept);
    this.#kept = this.#kept.filter((each) => each !== kept);
    this.#bytes -= kept.bytes;
  }

  #keep(exchange: KeptExchange): void {
    // It may have been turned off since.
    if (!this.#isOn) return;
    const kind = kindOf(exchange.head);
    const kept: Kept = { exchange, kind, bytes: bytesOf(exchange), owner: this };
    const alike = this.#kept.filter((each) => each.kind === kind);
    const [oldestAlike] = alike;
    if (oldestAlike !== undefined && alike.length >= alikeMax) this.drop(oldestAlike);
    this.#kept.push(kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept.slice()) {
      if (this.#kept.length <= keptMax && this.#bytes <= bytesMax) break;
      this.drop(oldest);
    }
    if (this.#kept.includes(kept)) this.#budget.add(kept);
  }
}

function bytesOf({ head, body, answer }: KeptExchange): number {
  const texts = [head.target, ...head.fields, ...answer.head.fields];
  const headBytes = texts.reduce((sum, text) => sum + text.length, overheadBytes);
  return headBytes + (body?.length ?? 0) + answer.body.length;
}
