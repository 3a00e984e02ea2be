import assert from "node:assert/strict";
import { SeededRandom } from "#core/base";
import { System } from "#core/system";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { Inhabitant, kinds } from "./inhabitants.ts";

const processesMax = 20;
const sliceNs = 5e6;

/**
 * One kernel with processes that come, work, are disturbed and go, all of it from a seed. After
 * each step everything is looked over.
 */
export class World {
  readonly host: SimulatedHost;
  readonly system: System;
  readonly inhabitants: Inhabitant[] = [];
  /** What happened, in words: the same seed writes the same. */
  readonly trace: string[] = [];
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    const preemptShare = this.#random.below(100) / 100;
    this.host = simulatedHost({ seed, preemptShare, checkNs: 20_000, shortReads: true });
    this.system = new System(this.host, { processes: processesMax });
  }

  get alive(): readonly Inhabitant[] {
    return this.inhabitants.filter(({ record }) => record === undefined);
  }

  async live(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.#step();
      await this.host.time.runFor(0);
      this.#check();
    }
    await this.#end();
  }

  async #step(): Promise<void> {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
      case 1:
        return this.#start();
      case 2:
        return this.#pick()?.feed(`line ${random.next()}\n`.repeat(random.below(300)));
      case 3:
        return this.#pick()?.output.drain(random.below(100_000));
      case 4:
        return this.#pick()?.talk(random);
      case 5:
        return random.below(4) === 0 ? this.#kill() : this.#pick()?.endInput();
      default:
        return this.#letTimePass();
    }
  }

  #start(): void {
    const kind = kinds[this.#random.below(kinds.length)];
    assert.ok(kind !== undefined);
    if (this.system.processCount >= processesMax) {
      const start = (): unknown => new Inhabitant(this.host, this.system, this.#random, kind);
      assert.throws(start, { code: "PROCESSES_OVER_LIMIT" });
      return;
    }
    const one = new Inhabitant(this.host, this.system, this.#random, kind);
    this.inhabitants.push(one);
    this.#note(`start ${one.running.pid} ${kind.program}`);
  }

  #kill(): void {
    const one = this.#pick();
    if (one === undefined) return;
    one.wasKilled = true;
    one.running.end("the simulation");
    this.#note(`kill ${one.running.pid}`);
  }

  #pick(): Inhabitant | undefined {
    const { alive } = this;
    return alive[this.#random.below(alive.length)];
  }

  /** Lets everybody run for a while, who must get equal parts if they want all they can get. */
  async #letTimePass(): Promise<void> {
    const spinners = this.alive.filter(({ kind }) => kind.isSpinner === true);
    const before = new Map(spinners.map((one) => [one, one.running.usage().cpuNs]));
    // What is new has a slice of credit; a moment later all are equal.
    const ns = this.#random.below(100) * 1e6;
    await this.host.time.runFor(ns);
    const gained = spinners
      .filter(({ record }) => record === undefined)
      .map((one) => one.running.usage().cpuNs - (before.get(one) ?? 0));
    const spread = gained.length === 0 ? 0 : Math.max(...gained) - Math.min(...gained);
    assert.ok(spread <= 4 * sliceNs, `of ${ns / 1e6} ms spinners got ${gained.join(", ")} ns`);
    this.#note(`${ns / 1e6} ms: ${this.alive.map((one) => one.running.usage().cpuNs).join(" ")}`);
  }

  #check(): void {
    assert.equal(this.system.processCount, this.alive.length, "the table is not who is alive");
    for (const one of this.inhabitants) one.check();
  }

  /** Ends whoever is left, gives way to all that is held up, and looks for leftovers. */
  async #end(): Promise<void> {
    for (const one of this.alive) {
      one.wasKilled = true;
      one.running.end("the simulation");
    }
    for (const { output, clients } of this.inhabitants) {
      output.drain(Infinity);
      for (const { peer } of clients) peer.close();
    }
    await this.host.time.run();
    this.#check();
    assert.equal(this.system.processCount, 0);
    for (const one of this.inhabitants) {
      assert.ok(one.isDelivered, "its output was delivered");
      assert.ok(one.output.isClosed && one.input.isClosed, "its streams were closed");
      this.#note(`${one.running.pid} ${one.end} ${one.output.bytes.length}`);
    }
  }

  #note(what: string): void {
    this.trace.push(`${this.host.time.monotonicNs()} ${what}`);
  }
}
