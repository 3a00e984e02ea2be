import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "#core/base";
import type { Exchanges } from "#core/exchange";
import { noosHttp } from "#core/personality/noos-http";
import { wasiP1AnswerName } from "#core/personality/wasi-p1";
import { errno } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { SimulatedInlet, SimulatedOutlet, type SimulatedRequest } from "#adapters/sim/traffic";
import { type Puppet, PuppetTheatre, signatureOf } from "#test/puppet";
import { forEachSeed } from "#test/seeds";

const callsPerSeed = 80;
const exchangesMax = 12;

/** Heads, good and bad, each with a NUL behind each text. */
const plainHead = "GET\0http\0there\0/\0";
const heads: readonly string[] = [
  "200\0content-type\0text/plain\0",
  "204\0",
  "599\0X-Upper\0a\tb\0",
  "101\0",
  "600\0",
  "abc\0",
  "200\0name\0",
  "200\0bad name\0value\0",
  "200\0name\0a\r\nb: c\0",
  "200",
  "",
  "\0",
  plainHead,
  "POST\0https\0there:80\0/a?b\0accept\0*\0",
  "GET\0http\0nowhere\0/\0",
  "GET\0ftp\0there\0/\0",
  "G T\0http\0there\0/\0",
  "GET\0http\0the re\0/\0",
  "GET\0http\0there\0no-slash\0",
  "x-a\0b\0",
];
const slotBytes = 64;
const slotsAt = 1024;
const encoder = new TextEncoder();

class Run {
  readonly random: SeededRandom;
  readonly host: SimulatedHost;
  readonly inlet: SimulatedInlet;
  readonly outlet: SimulatedOutlet;
  readonly requests: SimulatedRequest[] = [];
  readonly done: string[] = [];
  readonly succeeded: Set<string> = new Set();
  puppet!: Puppet;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.host = simulatedHost({ seed, shortReads: true, preemptShare: 0.1 });
    this.inlet = new SimulatedInlet(this.host.time, { canTake: this.random.below(2) === 0 });
    this.outlet = new SimulatedOutlet(this.host.time, {
      there: () => ({
        afterNs: this.random.below(3e6),
        result: this.random.below(3) === 0 ? errno.ECONNRESET : { status: 200, fields: ["a", "b"] },
        body: "x".repeat(this.random.below(3000)),
      }),
    });
  }

  async begin(): Promise<void> {
    const theatre = new PuppetTheatre(this.host, { pages: 1, pagesMax: 1 });
    const { inlet, outlet } = this;
    const limits = { exchanges: exchangesMax };
    this.puppet = await theatre.spawn({ inlet, outlet, limits }).ready();
    if (this.random.below(2) === 0) this.puppet.process.exchanges.makeEventful(8);
    const { memory } = this.puppet.process;
    for (const [index, head] of heads.entries()) {
      const bytes = encoder.encode(head);
      memory.bytes(slotsAt + index * slotBytes, bytes.length).set(bytes);
    }
  }

  async step(): Promise<void> {
    const { random, host, puppet } = this;
    this.nudge();
    const names = Object.keys(noosHttp.calls);
    const picked = names[random.below(names.length)] ?? "";
    // Without a request of its own there is nothing to pass on.
    const isEarly = picked === "pass" && this.exchanges("outgoing").length === 0;
    const name = isEarly ? "request" : picked;
    const parameters = isEarly ? this.plainRequest() : this.parametersFor(name);
    this.done.push(`${name}(${parameters.join(", ")})`);
    let outcome: Awaited<ReturnType<Puppet["tell"]>> | undefined = undefined;
    void puppet.tell(name, ...parameters).then((came) => (outcome = came));
    for (let nudges = 0; nudges < 12 && outcome === undefined; nudges++) {
      await host.time.runFor(1e6);
      if (outcome === undefined) this.nudge();
    }
    if (outcome === 0) this.succeeded.add(name);
    if (typeof outcome === "number") assert.doesNotMatch(wasiP1AnswerName(outcome), /^errno /);
    assert.ok([...puppet.process.exchanges.all()].length <= exchangesMax);
    if (typeof outcome !== "number") await this.anew();
  }

  /** It waits for what never comes, or is over: another goes on. */
  async anew(): Promise<void> {
    await this.end();
    Object.assign(this, { inlet: new SimulatedInlet(this.host.time) });
    await this.begin();
  }

  parametersFor(name: string): (number | bigint)[] {
    const { random } = this;
    if (random.below(8) === 0) {
      return signatureOf(name).parameters.map((type) => {
        const value = random.below(2) === 0 ? random.next() | 0 : random.below(70_000);
        return type === "i64" ? BigInt(value) : value;
      });
    }
    const exchange = this.someExchange();
    const index = random.below(heads.length);
    const head = [slotsAt + index * slotBytes, (heads[index] ?? "").length];
    const place = [8192 + random.below(4096), random.below(2000)];
    const result = 512 + random.below(16) * 4;
    const shapes: Readonly<Record<string, () => (number | bigint)[]>> = {
      head: () => [exchange, ...place, result],
      read: () => [exchange, ...place, result],
      respond: () => [exchange, ...head, ...place, random.below(3)],
      write: () => [exchange, ...place, result],
      finish: () => [exchange],
      close: () => [exchange],
      request: () => [...head, random.below(2), BigInt(random.below(5e6)), result],
      accept: () => [exchange, ...(random.below(2) === 0 ? [0, 0] : head)],
      receive: () => [exchange, ...place, result],
      send: () => [exchange, 1 + random.below(3), ...place],
      leave: () => [exchange, 1000 + random.below(20), 8192, random.below(130)],
      timer: () => [random.below(5), BigInt(random.below(5e6))],
      cancel_timer: () => [random.below(5)],
      pass: () => [
        this.someExchange("incoming"),
        this.someExchange("outgoing"),
        ...(random.below(2) === 0 ? [0, 0] : head),
      ],
    };
    return shapes[name]?.() ?? [];
  }

  plainRequest(): (number | bigint)[] {
    const index = heads.indexOf(plainHead);
    return [slotsAt + index * slotBytes, plainHead.length, 0, 5_000_000n, 512];
  }

  /** Those that it holds; of requests that it made those whose body is complete. */
  exchanges(kind?: "incoming" | "outgoing"): ReturnType<Exchanges["all"]> {
    return this.puppet.process.exchanges.all().filter((exchange) => {
      if (kind === undefined) return true;
      return exchange.kind === kind && (kind === "incoming" || exchange.output === undefined);
    });
  }

  someExchange(kind?: "incoming" | "outgoing"): number {
    const open = this.exchanges(kind);
    if (open.length === 0 || this.random.below(10) === 0) return this.random.below(50) - 5;
    return open[this.random.below(open.length)]?.number ?? 0;
  }

  /** Something happens outside, or the kernel looks what does. */
  nudge(): void {
    const { random, requests } = this;
    const { exchanges } = this.puppet.process;
    const some = requests[random.below(Math.max(1, requests.length))];
    switch (random.below(7)) {
      case 0:
      case 1: {
        const body = random.below(2) === 0 ? { body: "y".repeat(random.below(5000)) } : {};
        const isUpgrade = random.below(2) === 0;
        requests.push(this.inlet.send({ ...body, isUpgrade, roomBytes: random.below(3000) }));
        exchanges.takeRequest();
        return;
      }
      case 2:
        exchanges.takeEvent();
        return;
      case 3:
        return some?.leave();
      case 4:
        return some?.channel.come("z".repeat(random.below(3000)));
      case 5:
        return some?.channel.come({ kind: "closed", code: 1000, reason: "" });
      default:
        if (some?.answer?.kind === "begun") some.answer.sink.drain(random.below(5000));
    }
  }

  /** Ends the process: nothing it held is left without an answer. */
  async end(): Promise<void> {
    const held = [...this.puppet.process.exchanges.all()];
    this.puppet.process.end({ kind: "killed", by: { who: "the test" } });
    await this.host.time.until(this.puppet.exit);
    assert.ok(this.inlet.isClosed);
    for (const exchange of held) {
      if (exchange.kind === "outgoing") continue;
      const { answer } = exchange.request as SimulatedRequest;
      assert.notEqual(answer, undefined);
    }
    for (const { isCancelled } of this.outlet.requests) {
      assert.ok(isCancelled);
    }
  }
}

test("calls of noos:http with any arguments answer a known number, and leave nobody", async () => {
  const succeeded = new Set<string>();
  await forEachSeed(import.meta.filename, { count: 150 }, async (seed) => {
    const run = new Run(seed);
    await run.begin();
    try {
      for (let count = 0; count < callsPerSeed; count++) await run.step();
      await run.end();
    } catch (cause) {
      throw new Error(`${String(cause)}\nafter ${run.done.slice(-3).join(", ")}`, { cause });
    }
    for (const name of run.succeeded) succeeded.add(name);
  });
  // A fuzzer that never gets past the first check finds nothing.
  assert.deepEqual(
    Object.keys(noosHttp.calls).filter((name) => !succeeded.has(name)),
    [],
  );
});
