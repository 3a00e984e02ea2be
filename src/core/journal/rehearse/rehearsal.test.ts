import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { SimulatedHost } from "#adapters/sim";
import { describeExit } from "#core/sys";
import {
  guestBytes,
  outsideOf,
  play,
  record,
  type Scene,
  scriptProgram,
  scripts,
  spawnStep,
  serving,
  type Step,
  trafficScenes,
} from "#test/journal";

const text = "it was the best of times\nit was the worst of times\n".repeat(200);

const noDifference = { differences: [], missing: [] };

// Where a script's memory holds what these steps need: see `script.ts` in `test/journal`.
const file = { path: [256, 1], fd: 7 } as const; // "a"
const otherPath = [272, 1] as const; // "b"
const allRights = (1n << 30n) - 1n;

function open(path: readonly [number, number], flags: number): Step {
  return { call: "path_open", parameters: [5, 1, ...path, flags, allRights, allRights, 0, 2048] };
}

/** Seven bytes that were read, drawn or there from the start, to a place of a file. */
function writeFile(fd: number, offset: bigint): Step {
  return { call: "fd_pwrite", parameters: [fd, 520, 1, offset, 2048] };
}

const create = 1;

/** What a rehearsal of `other` on a run of `steps` comes to, with a directory that has a file. */
async function rehearsed(steps: readonly Step[], other: readonly Step[]) {
  const recorded = await record({ program: scriptProgram(steps), options: outsideOf });
  return play.rehearse(recorded.bytes, { program: scriptProgram(other) });
}

suite("a rehearsal of the recorded program", () => {
  const scenes: Readonly<Record<string, Scene>> = {
    "one that echoes its input": {
      program: guestBytes("basics/echo"),
      options: () => ({ stdin: text }),
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
    "one that works with files": {
      program: guestBytes("basics/files"),
      options: (host) => ({ directories: [{ guest: "/", port: host.directory() }] }),
    },
    "one that is a parent": {
      program: guestBytes("basics/boss"),
      options: (host) => {
        const family = host.family({ specs: { worker: {} } });
        host.turns.after(8e6, () => family.ask(2e6));
        return { family };
      },
    },
    ...trafficScenes,
    "one that was ended": {
      program: guestBytes("basics/echo"),
      options: (host) => ({ stdin: host.source(), limits: { "wall-time": 50e6 } }),
    },
  };

  for (const [name, scene] of Object.entries(scenes)) {
    test(`${name}, finds no difference`, async () => {
      const recorded = await record(scene);
      const { exit, result } = await play.rehearse(recorded.bytes);
      assert.deepEqual(result, noDifference);
      assert.deepEqual(exit.reason, recorded.exit.reason);
    });
  }

  test("finds no difference, whatever it does with whatever it was granted", async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts({ floods: false }),
        fc.nat({ max: 1000 }),
        fc.boolean(),
        async (steps, seed, shortReads) => {
          const recorded = await record(
            { program: scriptProgram(steps), options: outsideOf },
            { seed, shortReads, preemptShare: (seed % 4) / 4 },
          );
          const { exit, result } = await play.rehearse(recorded.bytes, { seed });
          assert.deepEqual(result, noDifference);
          assert.equal(describeExit(exit.reason), describeExit(recorded.exit.reason));
        },
      ),
      { numRuns: 60 },
    );
  });
});

suite("a rehearsal of another program", () => {
  test("gives it yesterday's requests, and names the answers that differ", async () => {
    const recorded = await record({
      program: guestBytes("http/trap"),
      options: (host) => serving(host, { targets: ["/a", "/b", "/trap"] }),
    });
    assert.match(describeExit(recorded.exit.reason), /^trapped/);
    const program = guestBytes("http/hello");
    const { exit, result } = await play.rehearse(recorded.bytes, { program });
    assert.equal(describeExit(exit.reason), "exited(0)");
    assert.deepEqual(result.missing, []);
    assert.deepEqual(
      result.differences.map(({ stream, line, recorded: was, found }) => [
        stream,
        line,
        was,
        found,
      ]),
      [
        [
          "answer 1 (GET /a)",
          2,
          "content-type: text/plain",
          "content-type: text/plain; charset=utf-8",
        ],
        [
          "answer 2 (GET /b)",
          2,
          "content-type: text/plain",
          "content-type: text/plain; charset=utf-8",
        ],
        ["answer 3 (GET /trap)", 1, undefined, "200"],
      ],
    );
  });

  test("names the first request that it makes otherwise, and lets it make no more", async () => {
    const options = (host: SimulatedHost) => serving(host, { targets: ["/a", "/b"] });
    const recorded = await record({ program: guestBytes("http/hello"), options });
    const program = guestBytes("http/slow");
    const { result } = await play.rehearse(recorded.bytes, { program });
    assert.deepEqual(result.missing, ["more requests than were made when it was recorded"]);
    const calls = result.differences.find(({ stream }) => stream === "requests it makes");
    assert.equal(calls?.found, "GET http://backend/a");
  });

  test("names stream, byte and line of the first output that differs", async () => {
    const recorded = await record({
      program: guestBytes("basics/echo"),
      options: () => ({ stdin: "one\ntwo two\nthree\n" }),
    });
    const { result } = await play.rehearse(recorded.bytes, { program: guestBytes("basics/words") });
    const [first] = result.differences;
    assert.deepEqual(
      { stream: first?.stream, line: first?.line, offset: first?.offset },
      { stream: "stdout", line: 1, offset: 0 },
    );
    assert.equal(first?.recorded, "one");
  });

  test("ends it where it waits for what never came, and says what it lacked", async () => {
    const recorded = await record({ program: guestBytes("basics/hello") });
    const { result } = await play.rehearse(recorded.bytes, { program: guestBytes("basics/echo") });
    assert.deepEqual(result.missing, ["more input than came when it was recorded"]);
  });

  test("names the first byte of a file that it writes otherwise", async () => {
    const steps = [open(file.path, 0), writeFile(file.fd, 0n), writeFile(file.fd, 30n)];
    const other = [open(file.path, 0), writeFile(file.fd, 0n), writeFile(file.fd, 31n)];
    const { result } = await rehearsed(steps, other);
    assert.equal(result.differences.length, 1);
    assert.equal(result.differences[0]?.stream, "/a");
    assert.equal(result.differences[0]?.offset, 30);
  });

  test("names the first thing that it asks of its family otherwise", async () => {
    const { result } = await rehearsed([spawnStep(0), spawnStep(1)], [spawnStep(0), spawnStep(2)]);
    const [difference, ...others] = result.differences;
    assert.deepEqual([difference?.stream, difference?.line, others], ["family", 2, []]);
    assert.match(difference?.recorded ?? "", /"spec":"short","name":"two"/);
    assert.match(difference?.found ?? "", /"spec":"crasher","name":"one"/);
  });

  test("lets no more children start than were recorded, and says so", async () => {
    const { result } = await rehearsed([spawnStep(0)], [spawnStep(0), spawnStep(1)]);
    assert.deepEqual(result.missing, ["more children than were started when it was recorded"]);
  });

  test("finds no difference in a file that it writes by other calls", async () => {
    const steps = [open(otherPath, create), writeFile(file.fd, 0n), writeFile(file.fd, 7n)];
    const other = [open(otherPath, create), writeFile(file.fd, 7n), writeFile(file.fd, 0n)];
    assert.deepEqual((await rehearsed(steps, other)).result, noDifference);
  });

  test("names a file that it makes, or leaves alone, where the recorded run did not", async () => {
    const made = [open(otherPath, create), writeFile(file.fd, 0n)];
    const removed: Step = { call: "path_unlink_file", parameters: [5, ...file.path] };
    assert.deepEqual((await rehearsed(made, [])).result.differences, [
      {
        stream: "/b",
        offset: 0,
        line: 1,
        recorded: "(a file of 7 bytes)",
        found: "(nothing of that name)",
      },
    ]);
    const { differences } = (await rehearsed([open(file.path, 0), removed], [open(file.path, 0)]))
      .result;
    assert.deepEqual(
      differences.map(({ stream, recorded }) => [stream, recorded]),
      [["/a", "(nothing of that name)"]],
    );
  });

  test("says which file it asks for that the recording does not know", async () => {
    const { result } = await rehearsed([], [open(file.path, 0)]);
    assert.deepEqual(result, { differences: [], missing: ['"a" in /'] });
  });
});
