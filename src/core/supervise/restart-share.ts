import { assert } from "#core/base";
import { Heap } from "#core/base/collections";

/** What one child owes for its restarts; the child keeps it and passes it back. */
export class RestartAccount {
  /** The virtual time at which all is paid. */
  paidAtNs = 0;
  isPaid = true;
  /** Called once each when all is paid, and then forgotten. */
  whenPaid: Set<() => void> | undefined = undefined;
}

/** An account's place in the order; charges that came later are looked up when it is its turn. */
interface Place {
  readonly account: RestartAccount;
  readonly paidAtNs: number;
}

/**
 * The part of one core that all restarts of an executor may take together.
 *
 * Each restarted process that was up only shortly is charged, to its own child, what it computed.
 * All debts are paid off side by side, from one stream of `share` nanoseconds a nanosecond, in
 * equal parts (generalised processor sharing, Parekh and Gallager). A child that owes waits until
 * it has paid, so restarts never take more than the share for long; and since nobody waits for a
 * neighbour's debt, one that computes much delays one that computes little only by its part.
 *
 * Virtual time is what a child that owes all the time has paid. It moves by the share divided by
 * the number of those who owe, and so each one's debt is paid at a virtual time known beforehand.
 */
export class RestartShare {
  readonly #share: number;
  readonly #owing = new Heap<Place>((a, b) => a.paidAtNs < b.paidAtNs);
  #virtualNs = 0;
  #nowNs = 0;

  /** `share` is a part of one core, above 0. */
  constructor(share = 0.05) {
    assert(share > 0, "a share of restarts is above 0");
    this.#share = share;
  }

  /** When the next account will have been paid; `Infinity` when nobody owes. */
  get nextPaidNs(): number {
    const first = this.#owing.peek();
    if (first === undefined) return Infinity;
    // One nanosecond more, so that rounding never makes a caller come in vain for ever.
    return Math.ceil(this.#nowNs + this.#neededNs(first)) + 1;
  }

  /** Lets the account pay `costNs` more. */
  charge(account: RestartAccount, costNs: number, nowNs: number): void {
    this.advance(nowNs);
    if (costNs <= 0) return;
    account.paidAtNs = Math.max(account.paidAtNs, this.#virtualNs) + costNs;
    if (!account.isPaid) return;
    account.isPaid = false;
    this.#owing.push({ account, paidAtNs: account.paidAtNs });
  }

  /** Pays debts up to `nowNs`, and calls those whose account is paid now. */
  advance(nowNs: number): void {
    for (let first = this.#owing.peek(); first !== undefined; first = this.#owing.peek()) {
      const neededNs = this.#neededNs(first);
      if (this.#nowNs + neededNs > nowNs) {
        this.#virtualNs += this.#rate() * Math.max(0, nowNs - this.#nowNs);
        break;
      }
      this.#nowNs += neededNs;
      this.#virtualNs = Math.max(this.#virtualNs, first.paidAtNs);
      this.#owing.pop();
      this.#settle(first.account);
    }
    this.#nowNs = Math.max(this.#nowNs, nowNs);
  }

  #rate(): number {
    return this.#share / this.#owing.size;
  }

  #neededNs(place: Place): number {
    return Math.max(0, place.paidAtNs - this.#virtualNs) / this.#rate();
  }

  #settle(account: RestartAccount): void {
    if (account.paidAtNs > this.#virtualNs) {
      this.#owing.push({ account, paidAtNs: account.paidAtNs });
      return;
    }
    account.isPaid = true;
    const callbacks = account.whenPaid ?? [];
    account.whenPaid = undefined;
    for (const callback of callbacks) callback();
  }
}
