import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { SeededRandom } from "#core/base";
import type { ExitRecord } from "#core/kernel";
import type { Program } from "#core/machine";
import { describeExit, type Limits } from "#core/sys";
import { type RunningProcess, type StartOptions, System } from "#core/system";
import {
  type CollectingSink,
  type ScriptedSource,
  type SimulatedConnection,
  type SimulatedHost,
  simulatedHost,
} from "#adapters/sim";
import { guestFile } from "#guests";

type GuestPath = Parameters<typeof guestFile>[0];

/** Programs are made once: they hold nothing of the system that runs them. */
const programs = new Map<GuestPath, Program>();

function programOf(path: GuestPath): Program {
  return programs.getOrInsertComputed(path, () => {
    const system = new System(simulatedHost({ seed: 0 }));
    return system.load(readFileSync(guestFile(path)), { name: path });
  });
}

/** What lives in a simulated world has been told by whom, and what must be true of it. */
export interface Kind {
  readonly program: GuestPath;
  readonly args?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** How it may end when nobody ends it. */
  readonly ends: RegExp;
  /** Whether it computes all the time, and so has to get as much as its equals. */
  readonly isSpinner?: boolean;
  /** Whether its output is its input. */
  readonly isEcho?: boolean;
  readonly isServer?: boolean;
}

export const kinds: readonly Kind[] = [
  { program: "hostile/spin", ends: /^$/, isSpinner: true },
  { program: "hostile/spin-calls", ends: /^$/, isSpinner: true },
  { program: "hostile/catch-all", ends: /^$/, isSpinner: true },
  {
    program: "hostile/spin",
    limits: { "cpu-time": 30e6 },
    ends: /^killed\(cpu-time 30 ms\)$/,
  },
  {
    program: "hostile/spin-start",
    limits: { "wall-time": 200e6 },
    ends: /^killed\(wall-time 200 ms\)$/,
  },
  { program: "hostile/spin", limits: { "cpu-share": 0.1 }, ends: /^$/ },
  { program: "basics/echo", ends: /^exited\(0\)$/, isEcho: true },
  { program: "basics/sleep", args: ["7", "5"], ends: /^exited\(0\)$/ },
  { program: "basics/poll-stdin", args: ["3"], ends: /^exited\(0\)$/ },
  { program: "basics/accept-echo", ends: /^$/, isServer: true },
  { program: "basics/hello", ends: /^exited\(0\)$/ },
  { program: "basics/exit", args: ["9"], ends: /^exited\(9\)$/ },
  { program: "hostile/trap", args: ["bounds"], ends: /^trapped\(memory access out of bounds\)$/ },
  {
    program: "hostile/flood",
    limits: { output: 300_000 },
    ends: /^killed\(output 293 KiB\)$/,
  },
  {
    program: "hostile/grow",
    args: ["touch"],
    limits: { memory: 2 * 1024 ** 2 },
    ends: /^exited\(0\)$/,
  },
  { program: "hostile/no-start", ends: /^refused\(/ },
];

const decoder = new TextDecoder();

/** One process of a simulated world, and the other end of everything it was granted. */
export class Inhabitant {
  readonly kind: Kind;
  readonly running: RunningProcess;
  readonly input: ScriptedSource;
  readonly output: CollectingSink;
  /** What was fed to it so far, as text. */
  fed = "";
  isInputEnded = false;
  wasKilled = false;
  record: ExitRecord | undefined = undefined;
  isDelivered = false;
  /** Connections of its clients: what each sent and what came back. */
  readonly clients: { peer: SimulatedConnection; sent: string; received: string }[] = [];
  readonly #address: string;
  readonly #host: SimulatedHost;

  constructor(host: SimulatedHost, system: System, random: SeededRandom, kind: Kind) {
    this.kind = kind;
    this.#host = host;
    this.#address = `port ${random.next()}`;
    this.input = host.source();
    const isSlow = random.below(3) === 0;
    this.output = host.sink(isSlow ? { roomBytes: random.below(2000) } : {});
    const listeners: StartOptions["listeners"] =
      kind.isServer === true
        ? [{ name: this.#address, port: host.network.listen(this.#address) }]
        : [];
    this.running = system.start(programOf(kind.program), {
      args: kind.args ?? [],
      stdin: this.input,
      stdout: this.output,
      listeners,
      limits: kind.limits ?? {},
    });
    void this.running.exit.then((record) => (this.record = record));
    void this.running.delivered.then(() => (this.isDelivered = true));
  }

  get end(): string {
    return this.record === undefined ? "" : describeExit(this.record.reason);
  }

  feed(text: string): void {
    if (this.isInputEnded || this.input.isClosed) return;
    this.fed += text;
    this.input.feed(text);
  }

  endInput(): void {
    if (this.isInputEnded || this.input.isClosed) return;
    this.isInputEnded = true;
    this.input.end();
  }

  /** A new client of a server, or more from one that is there. */
  talk(random: SeededRandom): void {
    if (this.kind.isServer !== true || this.record !== undefined) return;
    if (this.clients.length < 5) this.#connect();
    const client = this.clients[random.below(this.clients.length)];
    if (client === undefined) return;
    const text = `${random.next()} `.repeat(1 + random.below(50));
    const taken = client.peer.tryPush(new TextEncoder().encode(text));
    if (typeof taken === "number") client.sent += text.slice(0, taken);
  }

  #connect(): void {
    const peer = this.#host.network.dialNow(this.#address);
    if (!("pull" in peer)) return;
    const client = { peer, sent: "", received: "" };
    this.clients.push(client);
    const pull = (): void =>
      peer.pull(10_000, (result) => {
        if (!(result instanceof Uint8Array)) return;
        client.received += decoder.decode(result);
        pull();
      });
    pull();
  }

  /** Everything that must be true of it at any moment. */
  check(): void {
    const { running, record, kind } = this;
    const usage = running.usage();
    const { limits } = running.process;
    assert.ok(usage.memoryBytes <= limits.memory, "it has more memory than it may");
    // A slice is half as late again at most, and the last one may lie over the limit.
    assert.ok(usage.cpuNs <= limits["cpu-time"] + 10e6, "it computes for longer than it may");
    assert.ok(usage.cpuNs <= usage.wallNs + 1, "it computes for longer than it has been there");
    assert.ok(this.output.bytes.length <= limits.output, "it has printed more than it may");
    if (kind.isEcho === true) {
      assert.ok(this.fed.startsWith(this.output.text), "what came back is not what was sent");
    }
    for (const client of this.clients) {
      assert.ok(client.sent.startsWith(client.received), "a client got what it had not sent");
    }
    if (record === undefined) return;
    assert.deepEqual(record.usage, usage, "it has used something after its end");
    if (this.wasKilled) return;
    assert.match(this.end, kind.ends);
    if (kind.isEcho === true && this.isDelivered) assert.equal(this.output.text, this.fed);
  }
}
