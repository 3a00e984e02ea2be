import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeededRandom } from "#core/base";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1AnswerName, wasiP1Calls } from "#core/personality/wasi-p1";
import { describeExit } from "#core/sys";
import { type SimulatedFamily, type SimulatedHost, simulatedHost } from "#adapters/sim";
import { Props, type Puppet, PuppetTheatre } from "#test/puppet";
import { forEachSeed } from "#test/seeds";
import { memoryBytes, parametersFor, plantStructures } from "./arguments.ts";

const callsPerSeed = 60;
const limits = { descriptors: 24, memory: memoryBytes, output: 1e6, children: 5 } as const;

const specs = {
  worker: { uses: ["files:./data"] },
  short: { lifeNs: 5e6 },
  crasher: { lifeNs: 5e6, end: { kind: "exited", code: 1, text: "exited(1)" } },
} as const;

/** Ending itself is tested elsewhere; here it would end most runs at once. */
const names = Object.keys({ ...wasiP1Calls, ...noosProcess.calls }).filter(
  (name) => name !== "proc_exit",
);

/** These depend on each other, and come to nothing when they are seldom made. */
const parental = Object.keys(noosProcess.calls);

class Run {
  readonly random: SeededRandom;
  readonly host: SimulatedHost;
  readonly theatre: PuppetTheatre;
  /** What was done, for the message of a failure. */
  readonly done: string[] = [];
  readonly succeeded = new Set<string>();
  props!: Props;
  family!: SimulatedFamily;
  puppet!: Puppet;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.host = simulatedHost({ seed, shortReads: true, preemptShare: 0.1 });
    this.theatre = new PuppetTheatre(this.host, { pages: memoryBytes / 65_536, pagesMax: 4 });
  }

  async begin(): Promise<void> {
    const { random } = this;
    const room = random.below(3) === 0 ? { sinkRoomBytes: random.below(1000) } : {};
    this.props = new Props(this.host, room);
    const descriptors = (): ReturnType<Props["descriptors"]> => this.props.descriptors();
    this.family = this.host.family({ specs });
    const { family } = this;
    const options = { args: ["fuzzed", ""], descriptors, limits, family };
    this.puppet = await this.theatre.spawn(options).ready();
  }

  /** Makes one call, and what else it takes for it to be answered. */
  async step(): Promise<void> {
    const { random, host, puppet } = this;
    const choice = random.below(4) === 0 ? parental : names;
    const name = choice[random.below(choice.length)] ?? "";
    const parameters = parametersFor(name, random);
    this.done.push(`${name}(${parameters.join(", ")})`);
    plantStructures(puppet.process.memory.whole(), random);
    let outcome: Awaited<ReturnType<Puppet["tell"]>> | undefined = undefined;
    void puppet.tell(name, ...parameters).then((came) => (outcome = came));
    for (let nudges = 0; nudges < 12; nudges++) {
      await host.time.runFor(1e6);
      if (outcome !== undefined) break;
      this.nudge();
    }
    if (outcome === 0) this.succeeded.add(name);
    this.check(outcome);
    if (outcome === undefined) await this.end();
    if (typeof outcome !== "number") await this.begin();
  }

  /** Something happens outside that a call may wait for. */
  nudge(): void {
    const { random, props, host } = this;
    switch (random.below(6)) {
      case 5:
        return this.family.ask(random.below(2) === 0 ? Infinity : random.below(1e9));
      case 0:
        if (!props.source.isClosed) props.source.feed("input from outside");
        return;
      case 1:
        return props.sink.drain(random.below(100_000));
      case 2:
        return void props.peer.tryPush(new Uint8Array(random.below(500)));
      case 3:
        return void host.network.dialNow(props.address);
      default:
        return void props.pipe.read(new Uint8Array(random.below(2000)));
    }
  }

  check(outcome: number | object | undefined): void {
    const { process } = this.puppet;
    if (typeof outcome === "number") {
      assert.doesNotMatch(wasiP1AnswerName(outcome), /^errno /);
    }
    if (typeof outcome === "object") return;
    const open = [...process.descriptors.entries()];
    assert.equal(process.descriptors.count, open.length);
    assert.ok(open.length <= limits.descriptors);
    assert.equal(new Set(open.map(([, entry]) => entry)).size, open.length);
    for (const [, { position, rights }] of open) {
      assert.ok(Number.isSafeInteger(position) && position >= 0);
      assert.ok(rights.base >= 0 && rights.base < 2 ** 30);
    }
    assert.ok(process.memoryBytes <= limits.memory);
    assert.ok(process.meter.outputBytes <= limits.output);
    assert.ok(this.family.aliveCount <= limits.children);
    assert.equal(this.theatre.kernel.processCount, 1);
  }

  /** Ends the process, which must give back all it held, wherever it stands. */
  async end(): Promise<void> {
    this.puppet.process.end({ kind: "killed", by: { who: "the test" } });
    const record = await this.host.time.until(this.puppet.exit);
    assert.equal(describeExit(record.reason), "killed(by the test)");
    assert.equal(this.theatre.kernel.processCount, 0);
    assert.equal(this.props.tree.heldCount, 0);
    assert.equal(this.puppet.process.descriptors.count, 0);
    assert.ok(this.family.isClosed);
  }
}

suite("calls with any arguments", () => {
  test("answer a known number or wait, and leave the process whole", async () => {
    await forEachSeed(import.meta.filename, { count: 60 }, async (seed) => {
      const run = new Run(seed);
      await run.begin();
      try {
        for (let count = 0; count < callsPerSeed; count++) await run.step();
        await run.end();
      } catch (cause) {
        throw new Error(`${String(cause)}\nafter ${run.done.slice(-3).join(", ")}`, { cause });
      }
    });
  });

  test("succeed often enough for that to mean something", async () => {
    // A fuzzer that never gets past the first check finds nothing.
    const succeeded = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const run = new Run(seed);
      await run.begin();
      for (let count = 0; count < callsPerSeed; count++) await run.step();
      for (const name of run.succeeded) succeeded.add(name);
    }
    assert.deepEqual(
      names.filter((name) => !succeeded.has(name)),
      [],
    );
  });
});
