import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { guestFile } from "#guests";
import { simulatedHost, type SimulationOptions, type SimulatedHost } from "#adapters/sim";
import { type Attachment, readRecording } from "#core/journal/format";
import { Recorder } from "#core/journal/record";
import { Rehearsal } from "#core/journal/rehearse";
import { Replayer, type ReplayResult } from "#core/journal/replay";
import type { ExitRecord } from "#core/kernel";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import { describeExit } from "#core/sys";
import { type RunningProcess, type StartOptions, System } from "#core/system";

type GuestPath = Parameters<typeof guestFile>[0];

/** A guest and what it is given by a simulated host. */
interface Scene {
  readonly guest: GuestPath;
  readonly grants?: (host: SimulatedHost) => StartOptions;
  /** What happens to it while it runs. */
  readonly during?: (host: SimulatedHost, running: RunningProcess) => void;
}

interface Recorded {
  readonly bytes: Uint8Array;
  readonly exit: ExitRecord;
  readonly output: string;
  readonly program: Uint8Array;
}

async function record(scene: Scene, options: Partial<SimulationOptions> = {}): Promise<Recorded> {
  const host = simulatedHost({ seed: 1, ...options });
  const system = new System(host);
  const program = readFileSync(guestFile(scene.guest));
  const attachments: Attachment[] = [{ name: "program", bytes: program }];
  const pieces: Uint8Array[] = [];
  const running = system.start(system.load(program, { name: scene.guest }), {
    ...scene.grants?.(host),
    boundary: (launch) =>
      new Recorder({
        header: { launch, calls: Object.keys(wasiP1Calls), isPreemptible: true },
        attachments,
        codec: host.codec,
        clock: host.clock,
        write: (bytes) => pieces.push(bytes.slice()),
        failed: (cause) => assert.fail(String(cause)),
      }),
  });
  scene.during?.(host, running);
  const exit = await host.time.until(running.exit);
  await host.time.until(running.delivered);
  return { bytes: joined(pieces), exit, output: running.output() + running.errors(), program };
}

interface Replayed {
  readonly exit: ExitRecord;
  readonly result: ReplayResult;
  readonly output: string;
}

async function replay(
  bytes: Uint8Array,
  options: { readonly until?: number; readonly program?: Uint8Array; readonly seed?: number } = {},
): Promise<Replayed> {
  // Another seed: nothing of the recording host's chance, time or slices may matter.
  const host = simulatedHost({ seed: options.seed ?? 99, preemptShare: 0.5 });
  const recording = readRecording(bytes, host.codec);
  const system = new System(host);
  const outputs = new Map<number, string>();
  const replayer = new Replayer({
    recording,
    turns: host.turns,
    codec: host.codec,
    until: options.until,
    output: (port, content) => {
      outputs.set(port, (outputs.get(port) ?? "") + new TextDecoder().decode(content));
    },
  });
  const program = options.program ?? recording.attachments[0]?.bytes ?? new Uint8Array(0);
  const { launch } = recording.header;
  const unhurried = { ...launch.limits, "cpu-time": Infinity, "wall-time": Infinity };
  const running = system.launch(
    system.load(program, { name: launch.name }),
    { ...launch, limits: unhurried },
    { boundary: replayer },
  );
  replayer.attach(running.process);
  const exit = await host.time.until(running.exit);
  const output = (outputs.get(1) ?? "") + (outputs.get(2) ?? "");
  return { exit, result: replayer.result(), output };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

const text = "it was the best of times\nit was the worst of times\n".repeat(200);

/** Runs that together consult everything a process can be granted. */
const scenes: Readonly<Record<string, Scene>> = {
  "one that says hello": { guest: "basics/hello" },
  "one that echoes its input": { guest: "basics/echo", grants: () => ({ stdin: text }) },
  "one that echoes to a slow reader": {
    guest: "basics/echo",
    grants: (host) => ({ stdin: text.repeat(20), stdout: host.sink() }),
  },
  "one that counts words by lot": {
    guest: "basics/words",
    grants: () => ({ stdin: text, args: ["-s"] }),
  },
  "one that draws lots": { guest: "basics/random", grants: () => ({ args: ["5000"] }) },
  "one that looks at clocks": { guest: "basics/clock" },
  "one that sleeps": { guest: "basics/sleep", grants: () => ({ args: ["30", "4"] }) },
  "one that waits for input and time": {
    guest: "basics/poll-stdin",
    grants: (host) => ({ stdin: slowInput(host), args: ["50"] }),
  },
  "one that works with files": {
    guest: "basics/files",
    grants: (host) => ({ directories: [{ guest: "/", port: host.directory() }] }),
  },
  "one that reads files": {
    guest: "basics/words",
    grants: (host) => ({
      args: ["text"],
      directories: [{ guest: "/", port: host.directory({ text }, { readOnly: true }) }],
    }),
  },
  "one that serves connections": {
    guest: "basics/accept-echo",
    grants: (host) => ({
      args: ["2"],
      listeners: [{ name: "here", port: host.network.listen("here") }],
    }),
    during: (host) => {
      for (const line of ["first", "second"]) callUp(host, line);
    },
  },
  "one that traps": { guest: "hostile/trap", grants: () => ({ args: ["unreachable"] }) },
  "one that recurses without end": { guest: "hostile/recurse" },
};

function slowInput(host: SimulatedHost): ReturnType<SimulatedHost["source"]> {
  const source = host.source();
  host.turns.after(20e6, () => source.feed("early\n"));
  host.turns.after(190e6, () => source.feed("late\n").end());
  return source;
}

function callUp(host: SimulatedHost, line: string): void {
  const client = host.network.dialNow("here");
  assert.ok("push" in client);
  client.push(new TextEncoder().encode(line), () => client.shutdownWrite());
}

suite("a replay of", () => {
  for (const [name, scene] of Object.entries(scenes)) {
    test(`${name} has the same end, output and memory, however it was scheduled`, async () => {
      for (const seed of [1, 2, 3]) {
        const options = { seed, preemptShare: seed / 4, shortReads: seed > 1 };
        const recorded = await record(scene, options);
        const replayed = await replay(recorded.bytes, { seed: seed + 50 });
        assert.equal(replayed.result.divergence, undefined);
        assert.deepEqual(replayed.exit.reason, recorded.exit.reason);
        assert.equal(replayed.result.sameMemory, true);
        assert.equal(replayed.result.calls, recorded.exit.usage.calls);
        if (recorded.output !== "") assert.equal(replayed.output, recorded.output);
      }
    });
  }

  test("one that was killed while it computed ends for the same reason", async () => {
    for (const guest of ["hostile/spin", "hostile/spin-calls", "hostile/spin-start"] as const) {
      const scene: Scene = { guest, grants: () => ({ limits: { "cpu-time": 40e6 } }) };
      const recorded = await record(scene, { preemptShare: 0.5 });
      const replayed = await replay(recorded.bytes);
      assert.equal(describeExit(replayed.exit.reason), "killed(cpu-time 40 ms)");
      assert.equal(replayed.result.divergence, undefined);
    }
  });

  test("one that was killed while it waited has the same memory", async () => {
    const scene: Scene = {
      guest: "basics/echo",
      grants: (host) => ({ stdin: host.source(), limits: { "wall-time": 50e6 } }),
    };
    const replayed = await replay((await record(scene)).bytes);
    assert.equal(describeExit(replayed.exit.reason), "killed(wall-time 50 ms)");
    assert.equal(replayed.result.sameMemory, true);
  });

  test("one whose recording was cut goes as far as that, and says so", async () => {
    const { bytes } = await record({
      guest: "basics/sleep",
      grants: () => ({ args: ["300", "9"] }),
    });
    const whole = await replay(bytes);
    const cut = await replay(bytes.subarray(0, bytes.length - 1));
    assert.equal(cut.result.wasStopped, true);
    assert.equal(cut.result.divergence, undefined);
    assert.equal(cut.result.recordedEnd, undefined);
    assert.ok(cut.result.calls > 1 && cut.result.calls <= whole.result.calls);
  });
});

suite("a replay", () => {
  test("stops at the call it was told to, before the call is made", async () => {
    const recorded = await record(scenes["one that works with files"] as Scene);
    const { result } = await replay(recorded.bytes, { until: 20 });
    assert.equal(result.wasStopped, true);
    assert.equal(result.calls, 20);
  });

  test("names the first call that differs when the program is another one", async () => {
    const recorded = await record(scenes["one that says hello"] as Scene);
    const other = readFileSync(guestFile("basics/clock"));
    const { divergence } = (await replay(recorded.bytes, { program: other })).result;
    assert.ok(divergence !== undefined);
    assert.ok(divergence.call >= 1);
    assert.notEqual(divergence.recorded, divergence.found);
  });
});

suite("a rehearsal", () => {
  async function rehearse(recorded: Recorded, program: Uint8Array) {
    const host = simulatedHost({ seed: 5 });
    const recording = readRecording(recorded.bytes, host.codec);
    const rehearsal = new Rehearsal(recording, host.turns);
    const system = new System(host);
    const running = system.launch(system.load(program), recording.header.launch, {
      boundary: rehearsal,
    });
    const exit = await host.time.until(running.exit);
    await host.time.until(running.delivered);
    return { exit, result: rehearsal.result() };
  }

  for (const name of [
    "one that echoes its input",
    "one that counts words by lot",
    "one that draws lots",
    "one that looks at clocks",
    "one that reads files",
  ]) {
    test(`of the same program, ${name}, finds no difference`, async () => {
      const recorded = await record(scenes[name] as Scene);
      const { exit, result } = await rehearse(recorded, recorded.program);
      assert.deepEqual(result, {
        differences: [],
        missing: [],
        recordedEnd: recorded.exit.reason,
      });
      assert.deepEqual(exit.reason, recorded.exit.reason);
    });
  }

  test("names stream, byte and line of the first output that differs", async () => {
    const recorded = await record({
      guest: "basics/echo",
      grants: () => ({ stdin: "one\ntwo two\nthree\n" }),
    });
    const words = readFileSync(guestFile("basics/words"));
    const { result } = await rehearse(recorded, words);
    assert.equal(result.differences[0]?.stream, "stdout");
    assert.equal(result.differences[0]?.line, 1);
    assert.equal(result.differences[0]?.offset, 0);
    assert.equal(result.differences[0]?.recorded, "one");
  });

  test("ends a program that waits for what never came, and says what it lacked", async () => {
    const recorded = await record(scenes["one that says hello"] as Scene);
    const echo = readFileSync(guestFile("basics/echo"));
    const { result } = await rehearse(recorded, echo);
    assert.deepEqual(result.missing, ["more input than was read when it was recorded"]);
  });
});
