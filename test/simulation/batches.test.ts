import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeededRandom } from "#core/base";
import type { Again, Summons, SummonsOutcome } from "#pool/host/summons";
import { bodies, second, type Stage, stageWith } from "#test/control";
import { forEachSeed } from "#test/seeds";

const worker = "shop/worker";
const most = { batch: 5, atOnce: 12 } as const;
const app = {
  queues: { jobs: { attempts: 4, lease: "1h", "retry-delay": "100ms" } },
  processes: {
    worker: {
      consume: { queue: "jobs", batch: most.batch, "at-once": most.atOnce, wait: "200ms" },
    },
  },
};

interface Message {
  readonly id: number;
  readonly body: string;
}

/** Somebody who sends, and a process that does messages in batches, well or not, from a seed. */
class BatchLife {
  readonly #random: SeededRandom;
  readonly #stage: Stage;
  readonly #sent = new Set<string>();
  /** What an answer that was heard said is done. */
  readonly #done = new Set<string>();
  #inHand: Summons[] = [];
  batchCount = 0;
  rebootCount = 0;

  constructor(seed: number, stage: Stage) {
    this.#random = new SeededRandom(seed);
    this.#stage = stage;
  }

  async step(): Promise<void> {
    const deeds: readonly (() => void | Promise<void>)[] = [
      () => this.#send(),
      () => this.#send(),
      () => this.#stage.room(worker, this.#random.below(5)),
      () => this.#answer(),
      () => this.#answer(),
    ];
    await deeds[this.#random.below(deeds.length)]?.();
    await this.#pass(this.#random.below(300) / 1000);
    if (this.#random.below(40) === 0) await this.#lose();
  }

  /** Whoever comes now does all there is; then nothing that was sent is missing. */
  async calmDown(): Promise<void> {
    for (let round = 0; round < 400 && (await this.#waitingCount()) > 0; round++) {
      this.#stage.room(worker, 10);
      await this.#pass(0.3);
      for (const one of this.#inHand.splice(0)) this.#say(one, { kind: "answered", status: 204 });
      await this.#pass(0.1);
    }
    const range = { standing: "dead", most: 1000 } as const;
    const messages = this.#stage.control.messages("shop", "jobs", range);
    const dead = await this.#stage.host.time.until(messages);
    const ended = new Set([...this.#done, ...dead.map(({ body }) => atob(body))]);
    assert.deepEqual(new Set(this.#sent).difference(ended), new Set(), "each is done or dead");
    assert.deepEqual(await this.#stage.counts(), [0, 0, 0, 0, dead.length]);
    assert.deepEqual(this.#stage.failures, []);
  }

  /** All that is neither done nor dead. */
  async #waitingCount(): Promise<number> {
    return (await this.#stage.counts()).slice(0, -1).reduce((sum, count) => sum + count, 0);
  }

  async #send(): Promise<void> {
    for (let count = 1 + this.#random.below(4); count > 0; count--) {
      const body = `message ${this.#sent.size}`;
      const key = ["a", "b", undefined][this.#random.below(3)];
      await this.#stage.send(body, key === undefined ? {} : { key });
      this.#sent.add(body);
    }
  }

  #answer(): void {
    const [summons] = this.#inHand.splice(this.#random.below(this.#inHand.length + 1), 1);
    if (summons === undefined) return;
    const messages = messagesOf(summons);
    const again = messages
      .filter(() => this.#random.below(3) === 0)
      .map(({ id }): Again => {
        return this.#random.below(2) === 0 ? { message: id } : { message: id, afterNs: 0.2e9 };
      });
    const outcomes: readonly SummonsOutcome[] = [
      { kind: "answered", status: 204 },
      { kind: "answered", status: 207, again },
      { kind: "answered", status: 207, again },
      { kind: "answered", status: 207, again: [...again, { message: 1e9 }] },
      { kind: "answered", status: 503, retryAfterNs: 0.1e9 },
      { kind: "failed", why: "it trapped" },
      { kind: "untouched", why: "nothing starts" },
    ];
    const outcome = outcomes[this.#random.below(outcomes.length)];
    if (outcome !== undefined) this.#say(summons, outcome);
  }

  #say(summons: Summons, outcome: SummonsOutcome): void {
    this.#stage.answer(worker, [summons], outcome);
    if (outcome.kind !== "answered" || Math.floor(outcome.status / 100) !== 2) return;
    const messages = messagesOf(summons);
    const again = new Set(outcome.again?.map(({ message }) => message));
    const ids = new Set(messages.map(({ id }) => id));
    if (!again.isSubsetOf(ids)) return;
    for (const { id, body } of messages) if (!again.has(id)) this.#done.add(body);
  }

  async #pass(seconds: number): Promise<void> {
    await this.#stage.settleAll(seconds * second + 0.01 * second);
    for (const summons of this.#stage.summons()) {
      const messages = messagesOf(summons);
      this.batchCount += messages.length > 1 ? 1 : 0;
      assert.ok(messages.length > 0 && messages.length <= most.batch, "a batch has its bounds");
      for (const { body } of messages) {
        assert.ok(!this.#done.has(body), `${body} was done, and is handed out`);
      }
      this.#inHand.push(summons);
    }
    const bodiesOut = this.#inHand.flatMap(messagesOf).map(({ body }) => body);
    assert.ok(bodiesOut.length <= most.atOnce, "no more is out than may be at once");
  }

  /** The executor is lost with all it had, or the machine. */
  async #lose(): Promise<void> {
    this.#inHand = [];
    this.rebootCount += 1;
    if (this.#random.below(2) === 0) this.#stage.executor.lose("it was killed");
    else this.#stage.reboot();
    await this.#stage.settleAll(3 * second);
  }
}

function messagesOf(summons: Summons): readonly Message[] {
  const [text = ""] = bodies([summons]);
  return (JSON.parse(text) as { readonly messages: readonly Message[] }).messages;
}

suite("a consumer of batches", () => {
  test("loses no message and does none twice that it said is done", async () => {
    let [batches, reboots] = [0, 0];
    await forEachSeed(import.meta.filename, { count: 30 }, async (seed) => {
      const life = new BatchLife(seed, await stageWith(app, { seed }));
      for (let step = 0; step < 120; step++) await life.step();
      await life.calmDown();
      batches += life.batchCount;
      reboots += life.rebootCount;
    });
    assert.ok(batches > 100 && reboots > 10, `${batches} batches, ${reboots} reboots`);
  });
});
