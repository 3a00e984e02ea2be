import assert from "node:assert/strict";
import { SeededRandom } from "#core/base";
import { PlatformError } from "#core/sys";
import { defaultQueueLimits, type Delivery, Queue, type QueueLimits } from "#pool/queue";
import type { QueueDisk } from "./queue-disks.ts";
import { QueueWitness } from "./queue-witness.ts";

const limits: QueueLimits = {
  ...defaultQueueLimits,
  messages: 60,
  lease: 100,
  attempts: 4,
  "retry-delay": 20,
  kept: 300,
  "kept-messages": 30,
};

const troubles = ["none", "none", "full", "deaf"] as const;
const keys = [undefined, undefined, "a", "b", "c"];

/** Producers and consumers of one queue, whose machine ends now and then, from a seed. */
export class QueueLife {
  readonly witness: QueueWitness = new QueueWitness();
  readonly #random: SeededRandom;
  readonly #disk: QueueDisk;
  #queue: Promise<Queue>;
  #nowMs = 1_000_000;
  /** What consumers have in hand, as answered. */
  #inHand: Delivery[] = [];
  /** Counts machines: an answer to one that is gone is none. */
  #machine = 0;
  readonly #underway = new Set<Promise<void>>();
  readonly #failures: Error[] = [];
  crashCount = 0;

  constructor(seed: number, disk: QueueDisk) {
    this.#random = new SeededRandom(seed);
    this.#disk = disk;
    this.#queue = this.#open();
  }

  async step(): Promise<void> {
    const deeds = [
      () => this.#send(),
      () => this.#send(),
      () => this.#receive(),
      () => this.#receive(),
      () => this.#acknowledge(),
      () => this.#acknowledge(),
      () => this.#giveBack(),
      () => this.#reject(),
      () => this.#extend(),
      () => this.#upkeep(),
      () => this.#redrive(),
    ];
    const deed = deeds[this.#random.below(deeds.length)];
    if (deed !== undefined) this.#start(deed);
    if (this.#random.below(3) === 0) this.#nowMs += this.#random.below(60);
    if (this.#random.below(40) === 0) this.#crash();
    if (this.#random.below(20) === 0) {
      this.#disk.trouble(troubles[this.#random.below(troubles.length)] ?? "none");
    }
    if (this.#random.below(2) === 0) this.#disk.settle(this.#random);
    if (this.#random.below(2) === 0) await nextTurn();
    this.#judge();
  }

  /** Lets consumers have all there is, and judges that nothing is missing. */
  async calmDown(): Promise<void> {
    this.#disk.trouble("none");
    await this.#quiet();
    this.#judge();
    if (this.#random.below(2) === 0) this.#crash();
    const found = new Set<number>();
    const queue = await this.#settling(this.#queue);
    for (let round = 0; round < 400; round++) {
      this.#nowMs += 50;
      const deliveries = await this.#settling(queue.receive({ messages: 100 }, this.#nowMs));
      for (const { id } of deliveries) found.add(id);
      await this.#settling(queue.acknowledge(deliveries));
      const { ready, held, delayed, leased } = await this.#settling(queue.counts(this.#nowMs));
      if (ready + held + delayed + leased === 0) break;
    }
    for (const { id } of await this.#settling(this.#dead(queue))) found.add(id);
    const missing = this.witness.expected.filter((id) => !found.has(id));
    assert.deepEqual(missing, [], "all that was sent and not given up is there");
    this.#disk.release();
  }

  #open(): Promise<Queue> {
    const chance = (): number => this.#random.next() / 2 ** 32;
    const host = { logs: this.#disk.open(), chance, checkpointBytesMin: 300 };
    const queue = Queue.open("q", limits, host);
    // Where the machine ends in it, the next one opens it again.
    queue.catch(() => undefined);
    return queue;
  }

  #crash(): void {
    this.crashCount += 1;
    this.#machine += 1;
    this.#disk.crash(this.#random);
    this.#inHand = [];
    this.#queue = this.#open();
  }

  #start(deed: () => Promise<void>): void {
    const machine = this.#machine;
    const work = deed().catch((error: unknown) => {
      // Whether that happened is not known, as after a crash.
      const isTrouble = error instanceof PlatformError && error.code === "STATE_NOT_WRITABLE";
      if (machine !== this.#machine || isTrouble) return;
      this.#failures.push(error instanceof Error ? error : new Error(String(error)));
    });
    const settled = work.finally(() => this.#underway.delete(settled));
    this.#underway.add(settled);
  }

  async #send(): Promise<void> {
    const count = 1 + this.#random.below(4);
    const messages = Array.from({ length: count }, () => {
      const key = keys[this.#random.below(keys.length)];
      const delayMs = this.#random.below(5) === 0 ? this.#random.below(500) : 0;
      return { key, delayMs, content: Buffer.from(`${key ?? ""}:content`) };
    });
    await this.#ask(
      (queue) => queue.send(messages, this.#nowMs),
      (ids) => {
        const sent = messages.map(({ key }) => key);
        if (!("code" in ids)) this.witness.sent(ids, sent);
      },
    );
  }

  async #receive(): Promise<void> {
    const nowMs = this.#nowMs;
    const most = 1 + this.#random.below(4);
    const machine = this.#machine;
    const queue = await this.#queue;
    // Asked at once, they are about one moment; who is dead by then lets others pass.
    const [before, receiving, after] = [
      this.#dead(queue),
      queue.receive({ messages: most }, nowMs),
      this.#dead(queue),
    ];
    const dead = Promise.all([before, after]);
    // It is waited for below.
    dead.catch(() => undefined);
    const deliveries = await receiving;
    if (machine !== this.#machine) return;
    this.witness.delivered(deliveries, nowMs);
    this.#inHand.push(...deliveries);
    const ids = (await dead).flat().map(({ id }) => id);
    this.witness.judgeOrder(deliveries, new Set(ids));
  }

  async #acknowledge(): Promise<void> {
    const chosen = this.#choose();
    for (const delivery of chosen) this.witness.givesUp(delivery);
    await this.#ask(
      (queue) => queue.acknowledge(chosen),
      (answers) => {
        for (const [index, delivery] of chosen.entries()) {
          if (answers[index] === true) this.witness.isOff(delivery);
        }
      },
    );
  }

  async #giveBack(): Promise<void> {
    const chosen = this.#choose();
    for (const delivery of chosen) this.witness.letsGo(delivery);
    await this.#ask((queue) => queue.giveBack(chosen, this.#nowMs));
  }

  async #reject(): Promise<void> {
    const chosen = this.#choose();
    for (const delivery of chosen) this.witness.letsGo(delivery);
    await this.#ask((queue) => queue.reject(chosen, this.#nowMs));
  }

  async #extend(): Promise<void> {
    const chosen = this.#choose();
    this.#inHand.push(...chosen);
    const nowMs = this.#nowMs;
    await this.#ask(
      (queue) => queue.extend(chosen, nowMs, 150),
      (answers) => {
        for (const [index, delivery] of chosen.entries()) {
          const isHeld = answers[index] === true && this.#inHand.includes(delivery);
          if (isHeld) this.witness.extends(delivery, nowMs + 150);
        }
      },
    );
  }

  async #upkeep(): Promise<void> {
    await this.#ask((queue) => queue.upkeep(this.#nowMs));
  }

  async #redrive(): Promise<void> {
    await this.#ask((queue) => queue.redrive(undefined, this.#nowMs));
  }

  #choose(): readonly Delivery[] {
    const at = this.#random.below(this.#inHand.length + 1);
    return this.#inHand.splice(at, 1 + this.#random.below(3));
  }

  #dead(queue: Queue): Promise<readonly { readonly id: number }[]> {
    return queue.peek({ standing: "dead", most: 1000 }, this.#nowMs);
  }

  /** Asks this machine's queue; the answer counts if it comes before the machine's end. */
  async #ask<T>(
    deed: (queue: Queue) => Promise<T>,
    hear: (answer: T) => void = () => undefined,
  ): Promise<void> {
    const machine = this.#machine;
    const answer = await deed(await this.#queue);
    if (machine === this.#machine) hear(answer);
  }

  #judge(): void {
    for (const failure of this.#failures) throw failure;
  }

  async #quiet(): Promise<void> {
    while (this.#underway.size > 0) await this.#settling(Promise.all(this.#underway));
  }

  /** Waits for an answer, and lets the disk do what it takes. */
  async #settling<T>(answer: Promise<T>): Promise<T> {
    let isThere = false;
    const end = answer.finally(() => {
      isThere = true;
    });
    // It is waited for below, with what it throws.
    end.catch(() => undefined);
    while (!isThere) {
      this.#disk.settle(this.#random);
      await nextTurn();
    }
    return end;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
