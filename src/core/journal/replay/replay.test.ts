import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { SimulatedHost } from "#adapters/sim";
import { describeExit } from "#core/sys";
import {
  guestBytes,
  joined,
  outsideOf,
  play,
  type Recorded,
  record,
  type Scene,
  scriptProgram,
  serving,
  spawnStep,
  trafficScenes,
} from "#test/journal";

const text = "it was the best of times\nit was the worst of times\n".repeat(200);

/** Runs that together consult everything a process can be granted. */
const scenes: Readonly<Record<string, Scene>> = {
  "one that says hello": { program: guestBytes("basics/hello") },
  "one that echoes its input": {
    program: guestBytes("basics/echo"),
    options: () => ({ stdin: text }),
  },
  "one that echoes to a slow reader": {
    program: guestBytes("basics/echo"),
    options: () => ({ stdin: text.repeat(20) }),
    roomBytes: 4000,
  },
  "one that counts words by lot": {
    program: guestBytes("basics/words"),
    options: () => ({ stdin: text, args: ["-s"] }),
  },
  "one that draws lots": {
    program: guestBytes("basics/random"),
    options: () => ({ args: ["5000"] }),
  },
  "one that looks at clocks": { program: guestBytes("basics/clock") },
  "one that sleeps": {
    program: guestBytes("basics/sleep"),
    options: () => ({ args: ["30", "4"] }),
  },
  "one that waits for input and time": {
    program: guestBytes("basics/poll-stdin"),
    options: (host) => ({ stdin: slowInput(host), args: ["50"] }),
  },
  "one that works with files": {
    program: guestBytes("basics/files"),
    options: (host) => ({ directories: [{ guest: "/", port: host.directory() }] }),
  },
  "one that sets times from far ahead": {
    program: scriptProgram([
      { call: "fd_filestat_set_times", parameters: [5, -1n, -(2n ** 63n), 5] },
      { call: "path_filestat_set_times", parameters: [5, 0, 256, 1, -1n, 2n ** 63n - 1n, 5] },
      { call: "fd_filestat_get", parameters: [5, 2048] },
    ]),
    options: outsideOf,
  },
  "one that reads files": {
    program: guestBytes("basics/words"),
    options: (host) => ({
      args: ["text"],
      directories: [{ guest: "/", port: host.directory({ text }, { readOnly: true }) }],
    }),
  },
  "one that serves connections": {
    program: guestBytes("basics/accept-echo"),
    options: (host) => ({
      args: ["2"],
      listeners: [{ name: "here", port: host.network.listen("here") }],
    }),
    during: (host) => {
      for (const line of ["first", "second"]) callUp(host, line);
    },
  },
  "one that is a parent": {
    program: guestBytes("basics/boss"),
    options: (host) => {
      const end = { kind: "exited", code: 1, text: "exited(1)" } as const;
      const family = host.family({ specs: { worker: { lifeNs: 3e6, end } } });
      host.turns.after(8e6, () => family.ask(2e6));
      return { args: ["3", "5"], family };
    },
  },
  "one that is ended while it waits for its children": {
    program: guestBytes("basics/boss"),
    options: (host) => ({
      family: host.family({ specs: { worker: {} } }),
      limits: { "wall-time": 50e6 },
    }),
  },
  "one that was granted no family": { program: guestBytes("basics/boss") },
  ...trafficScenes,
  "one that traps": {
    program: guestBytes("hostile/trap"),
    options: () => ({ args: ["unreachable"] }),
  },
  "one that recurses without end": { program: guestBytes("hostile/recurse") },
};

function sceneOf(name: keyof typeof scenes): Scene {
  const scene = scenes[name];
  assert.ok(scene !== undefined);
  return scene;
}

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

/** What a replay must have in common with its recording. */
async function assertSame(recorded: Recorded, seed: number): Promise<void> {
  const replayed = await play.replay(recorded.bytes, { seed });
  const { result } = replayed;
  assert.deepEqual(result.divergence, undefined);
  assert.deepEqual(replayed.exit.reason, recorded.exit.reason);
  assert.equal(result.calls, recorded.exit.usage.calls);
  assert.equal(result.stoppedAt, undefined);
  assert.deepEqual(replayed.output(1), recorded.stdout);
  assert.deepEqual(replayed.output(2), recorded.stderr);
  const isByChance = describeExit(recorded.exit.reason).includes("stack");
  assert.equal(result.sameMemory, isByChance ? undefined : true);
}

suite("a replay of", () => {
  for (const [name, scene] of Object.entries(scenes)) {
    test(`${name} has the same end, output and memory, however it was scheduled`, async () => {
      for (const seed of [1, 2, 3]) {
        const options = { seed, preemptShare: seed / 4, shortReads: seed > 1 };
        await assertSame(await record(scene, options), seed + 50);
      }
    });
  }

  test("one that was killed while it computed ends for the same reason", async () => {
    for (const guest of ["hostile/spin", "hostile/spin-calls", "hostile/spin-start"] as const) {
      const scene: Scene = {
        program: guestBytes(guest),
        options: () => ({ limits: { "cpu-time": 40e6 } }),
      };
      const replayed = await play.replay((await record(scene, { preemptShare: 0.5 })).bytes);
      assert.equal(describeExit(replayed.exit.reason), "killed(cpu-time 40 ms)");
      assert.equal(replayed.result.divergence, undefined);
      assert.equal(replayed.result.sameMemory, undefined);
    }
  });

  test("one that was killed while it waited has the same memory", async () => {
    const scene: Scene = {
      program: guestBytes("basics/echo"),
      options: (host) => ({ stdin: host.source(), limits: { "wall-time": 50e6 } }),
    };
    const replayed = await play.replay((await record(scene)).bytes);
    assert.equal(describeExit(replayed.exit.reason), "killed(wall-time 50 ms)");
    assert.equal(replayed.result.sameMemory, true);
  });

  test("one that was ended by somebody says by whom", async () => {
    const scene: Scene = {
      program: guestBytes("basics/echo"),
      options: (host) => ({ stdin: host.source() }),
      during: (host, running) => host.turns.after(5e6, () => running.end("the operator")),
    };
    const replayed = await play.replay((await record(scene)).bytes);
    assert.deepEqual(replayed.exit.reason, { kind: "killed", by: { who: "the operator" } });
    assert.equal(replayed.result.divergence, undefined);
  });

  test("one that was woken for nothing, again and again, finds no difference in it", async () => {
    const scene: Scene = {
      program: guestBytes("basics/echo"),
      options: (host) => ({ stdin: slowInput(host) }),
      during: (host, running) => {
        for (let ms = 1; ms < 15; ms++) host.turns.after(ms * 1e6, () => running.process.wake());
      },
    };
    const recorded = await record(scene);
    const { journal } = (await play.replay(recorded.bytes)).recording;
    const kinds: string[] = [];
    const cursor = journal.start();
    while (cursor.peek() !== undefined) kinds.push(cursor.take().kind);
    assert.ok(kinds.filter((kind) => kind === "waits").length >= 14);
    await assertSame(recorded, 5);
  });

  test("one that gives way again and again finds no difference in it", async () => {
    const steps = Array.from({ length: 100 }, () => ({ call: "sched_yield", parameters: [] }));
    await assertSame(await record({ program: scriptProgram(steps) }), 5);
  });

  test("one whose recording was cut goes as far as its last whole frame, and says so", async () => {
    const { pieces } = await record({
      program: guestBytes("basics/sleep"),
      options: () => ({ args: ["300", "9"] }),
    });
    const whole = await play.replay(joined(pieces));
    assert.ok(pieces.length > 6, "there is more than one frame of entries");
    let callsBefore = 0;
    for (let count = 4; count < pieces.length; count++) {
      const next = pieces[count] ?? new Uint8Array(0);
      const half = next.subarray(0, next.length >> 1);
      const cut = await play.replay(joined([...pieces.slice(0, count), half]));
      assert.equal(cut.result.stoppedAt, "the end of the recording");
      assert.equal(cut.result.divergence, undefined);
      assert.equal(cut.recording.end, undefined);
      assert.ok(cut.result.calls >= callsBefore && cut.result.calls <= whole.result.calls);
      callsBefore = cut.result.calls;
    }
    assert.ok(callsBefore > 1);
  });
});

suite("a replay", () => {
  test("names the first answer that is another", async () => {
    const recorded = await record({
      program: guestBytes("http/trap"),
      options: (host) => serving(host, { targets: ["/a", "/b"] }),
    });
    const { result } = await play.replay(recorded.bytes, { program: guestBytes("http/headers") });
    assert.match(result.divergence?.recorded ?? "", /^head\(/);
    assert.match(result.divergence?.found ?? "", /^head\(/);
  });

  test("stops at the call it was told to, before the call is made", async () => {
    const recorded = await record(sceneOf("one that works with files"));
    let callsSeen = 0;
    const { result, lastCalls } = await play.replay(recorded.bytes, {
      until: 20,
      stopped: () => {
        callsSeen += 1;
      },
    });
    assert.equal(callsSeen, 1);
    assert.equal(result.stoppedAt, "the call asked for");
    assert.equal(result.calls, 20);
    assert.deepEqual(
      lastCalls.map(({ number }) => number),
      [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
    );
    assert.equal(lastCalls.at(-1)?.answer, undefined);
  });

  const steps = [
    { call: "sched_yield", parameters: [] },
    { call: "random_get", parameters: [4096, 16] },
    { call: "clock_time_get", parameters: [0, 0n, 2048] },
    { call: "fd_write", parameters: [1, 512, 1, 2048] },
  ];

  for (const [what, other, expected] of [
    [
      "another call",
      [...steps.slice(0, 2), { call: "sched_yield", parameters: [] }],
      { call: 3, recorded: "clock_time_get(0, 0, 2048)", found: "sched_yield()" },
    ],
    [
      "the same with other parameters",
      [...steps.slice(0, 2), { call: "clock_time_get", parameters: [1, 0n, 2048] }],
      { call: 3, recorded: "clock_time_get(0, 0, 2048)", found: "clock_time_get(1, 0, 2048)" },
    ],
    [
      "none where there was one",
      steps.slice(0, 3),
      { call: 3, recorded: "fd_write(1, 512, 1, 2048)", found: "exited(0)" },
    ],
    [
      "one where there was none",
      [...steps, { call: "sched_yield", parameters: [] }],
      { call: 5, recorded: 'writes "v" (1 bytes) to stdout', found: "sched_yield()" },
    ],
  ] as const) {
    test(`names the first call that differs, if another program makes ${what}`, async () => {
      const recorded = await record({ program: scriptProgram(steps) });
      const { result } = await play.replay(recorded.bytes, { program: scriptProgram(other) });
      assert.deepEqual(result.divergence, expected);
    });
  }

  test("names the first thing that is asked of the family otherwise", async () => {
    const program = scriptProgram([spawnStep(1)]);
    const recorded = await record({ program, options: outsideOf });
    const [quick, slow] = ["quick", "quack"].map((word) => new TextEncoder().encode(word));
    assert.ok(quick !== undefined && slow !== undefined);
    const other = program.slice();
    other.set(slow, Buffer.from(program).indexOf(quick));
    const { result } = await play.replay(recorded.bytes, { program: other });
    const starts = (word: string): string =>
      `starts a child: {"spec":"short","name":"two","args":["${word}"]}`;
    const expected = { call: 1, recorded: starts("quick"), found: starts("quack") };
    assert.deepEqual(result.divergence, expected);
  });

  test("finds a memory that is another at the end, though all calls were the same", async () => {
    const drawn = [{ call: "random_get", parameters: [4096, 1] }];
    const recorded = await record({ program: scriptProgram(drawn) });
    const other = scriptProgram(drawn);
    // The last byte of the initial memory, which no call looks at.
    other.set([0], other.length - 1);
    const { result } = await play.replay(recorded.bytes, { program: other });
    assert.equal(result.divergence, undefined);
    assert.equal(result.sameMemory, false);
  });

  test("of a recording with no entry at all stops where it starts", async () => {
    const { pieces } = await record(sceneOf("one that says hello"));
    const { result } = await play.replay(joined(pieces.slice(0, 3)));
    assert.equal(result.stoppedAt, "the end of the recording");
    assert.equal(result.calls, 0);
  });
});
