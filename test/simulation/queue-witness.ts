import assert from "node:assert/strict";
import type { Delivery, MessageId, Receipt } from "#pool/queue";

/** What is known of a message from the answers alone. */
interface Known {
  readonly key: string | undefined;
  /** Somebody asked that it be taken off; whether that happened may not be known. */
  isGivenUp: boolean;
  /** The answer came that it is off. */
  isDone: boolean;
  /** The latest delivery, and until when it was the receiver's, as answered. */
  held: { readonly deliveries: number; untilMs: number } | undefined;
}

/** Hears all answers of a queue, and knows what must never happen after them. */
export class QueueWitness {
  readonly #known = new Map<MessageId, Known>();
  deliveryCount = 0;

  /** Messages that were sent, in their order; of those in a crash it is not known. */
  sent(ids: readonly MessageId[], keys: readonly (string | undefined)[]): void {
    for (const [index, id] of ids.entries()) this.#learn(id, keys[index]);
  }

  /** Judges what was handed out. */
  delivered(deliveries: readonly Delivery[], nowMs: number): void {
    for (const { id, key, deliveries: number, leasedUntilMs, content } of deliveries) {
      this.deliveryCount += 1;
      const known = this.#learn(id, key);
      assert.equal(
        Buffer.from(content).toString(),
        `${key ?? ""}:content`,
        "its content is its own",
      );
      assert.ok(!known.isDone, `message ${id} was acknowledged, and is handed out`);
      assert.ok(number > (known.held?.deliveries ?? 0), `message ${id} has an old receipt`);
      if (known.held !== undefined) {
        const { untilMs } = known.held;
        assert.ok(untilMs <= nowMs, `message ${id} is leased until ${untilMs}, at ${nowMs}`);
      }
      known.held = { deliveries: number, untilMs: leasedUntilMs };
    }
  }

  /** Judges the order of what was handed out; `dead` are those that do not hold up their key. */
  judgeOrder(deliveries: readonly Delivery[], dead: ReadonlySet<MessageId>): void {
    for (const { id, key } of deliveries) {
      const earlier = [...this.#known].filter(
        ([other, known]) => key !== undefined && known.key === key && other < id,
      );
      const overtaken = earlier.filter(([other, known]) => !known.isGivenUp && !dead.has(other));
      assert.deepEqual(overtaken, [], `message ${id} of key ${key} overtakes none`);
    }
  }

  /** Somebody tries to take a message off: it may be off from now on. */
  givesUp({ id }: Receipt): void {
    this.#learn(id, undefined).isGivenUp = true;
  }

  isOff({ id }: Receipt): void {
    this.#learn(id, undefined).isDone = true;
  }

  /** It is back, or may be: nobody holds it. */
  letsGo({ id }: Receipt): void {
    const known = this.#learn(id, undefined);
    if (known.held !== undefined) known.held.untilMs = -Infinity;
  }

  extends({ id }: Receipt, untilMs: number): void {
    const known = this.#learn(id, undefined);
    if (known.held !== undefined) known.held.untilMs = untilMs;
  }

  /** Messages that must be in the queue still, dead or alive. */
  get expected(): readonly MessageId[] {
    return [...this.#known].filter(([, known]) => !known.isGivenUp).map(([id]) => id);
  }

  #learn(id: MessageId, key: string | undefined): Known {
    return this.#known.getOrInsertComputed(id, () => ({
      key,
      isGivenUp: false,
      isDone: false,
      held: undefined,
    }));
  }
}
