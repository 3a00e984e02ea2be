import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { simulatedHost } from "#adapters/sim";
import {
  type Entry,
  readAnyRecording,
  type Recording,
  type TailRecording,
} from "#core/journal/format";
import { assemble, exportOf, functionType, u32 } from "#core/machine/assembler";
import { describeExit } from "#core/sys";
import {
  type Flight,
  fly,
  guestBytes,
  outsideOf,
  play,
  type Scene,
  scriptProgram,
  scripts,
  serving,
} from "#test/journal";
import { flightLimits } from "./flight-limits.ts";

const KiB = 1024;
const { codec } = simulatedHost({ seed: 1 });

function exiting(code: number, spins = 0): Uint8Array {
  const tick = { call: "clock_time_get", parameters: [0, 0n, 2048] };
  const ticks = Array.from({ length: spins }, () => tick);
  return scriptProgram([...ticks, { call: "proc_exit", parameters: [code] }]);
}

/** Each way in which a process fails. */
const failures: Readonly<Record<string, Scene>> = {
  "exited(7)": { program: exiting(7, 20) },
  "trapped(unreachable)": {
    program: guestBytes("hostile/trap"),
    options: () => ({ args: ["unreachable"] }),
  },
  "trapped(unreachable) over a request": {
    program: guestBytes("http/trap"),
    options: (host) => serving(host, { targets: ["/", "/half", "/trap"] }),
  },
  "trapped(call stack exhausted)": { program: guestBytes("hostile/recurse") },
  "refused(": {
    program: guestBytes("hostile/memory-huge"),
    options: () => ({ limits: { memory: 2 ** 20 } }),
  },
  "killed(cpu-time 40 ms)": {
    program: guestBytes("hostile/spin"),
    options: () => ({ limits: { "cpu-time": 40e6 } }),
  },
  "killed(wall-time 50 ms)": {
    program: guestBytes("basics/echo"),
    options: (host) => ({ stdin: host.source(), limits: { "wall-time": 50e6 } }),
  },
  "killed(output 64 KiB)": {
    program: guestBytes("hostile/flood"),
    options: () => ({ limits: { output: 64 * KiB } }),
  },
  "killed(by the operator)": {
    program: guestBytes("basics/echo"),
    options: (host) => ({ stdin: host.source() }),
    during: (host, running) => host.turns.after(5e6, () => running.end("the operator")),
  },
};

/** The entries of a recording to its end, marks left out, which only some recorders make. */
function entriesOf(recording: Pick<Recording, "journal">): Entry[] {
  const all: Entry[] = [];
  const cursor = recording.journal.start();
  while (cursor.peek() !== undefined) {
    const entry = cursor.take();
    if (entry.kind !== "mark") all.push(entry);
    if (entry.kind === "ended") break;
  }
  return all;
}

function tailOf({ bytes }: Flight): TailRecording {
  const recording = readAnyRecording(bytes, codec);
  assert.equal(recording.program, undefined);
  return recording as TailRecording;
}

suite("a flight recorder", () => {
  for (const [end, scene] of Object.entries(failures)) {
    test(`writes what replays, of a process that ${end}`, async () => {
      const flight = await fly(scene, { bytesMax: 1024 * KiB });
      const { reason } = flight.recorded.exit;
      assert.ok(
        end.startsWith(describeExit(reason)) || describeExit(reason).startsWith(end),
        describeExit(reason),
      );
      const replayed = await play.replay(flight.bytes, { seed: 9 });
      assert.equal(replayed.result.divergence, undefined);
      assert.equal(replayed.result.stoppedAt, undefined);
      assert.deepEqual(replayed.exit.reason, reason);
      assert.equal(replayed.result.calls, flight.recorded.exit.usage.calls);
      const isByChance = end.includes("stack") || end.includes("cpu-time");
      assert.equal(replayed.result.sameMemory, isByChance ? undefined : true);
      assert.equal(flight.budget.usedBytes, 0);
    });
  }

  test("writes nothing of a process that exits with 0, and holds nothing of it", async () => {
    const { bytes, recorder, budget } = await fly({ program: guestBytes("basics/hello") });
    assert.equal(bytes.length, 0);
    assert.equal(recorder.hasFailure, false);
    assert.equal(budget.usedBytes, 0);
  });

  test("says what is missing once it does not reach back to the start", async () => {
    const flight = await fly({ program: exiting(3, 2000) }, { bytesMax: 8 * KiB });
    const { flight: notes, callCount, end } = tailOf(flight);
    assert.equal(flight.askedForProgram, false);
    assert.equal(notes.missingCalls + callCount, 2001);
    assert.ok(callCount > 100);
    assert.deepEqual(end?.reason, { kind: "exited", code: 3 });
    assert.match(notes.inHand.join("\n"), /^memory .*\nfd 0 {2}input/);
    await assert.rejects(async () => play.replay(flight.bytes), { code: "RECORDING_TAIL" });
  });

  test("gives its recording once, and only while nobody had it forgotten", async () => {
    const { bytes, recorder } = await fly({ program: exiting(3) });
    assert.notEqual(bytes.length, 0);
    assert.deepEqual([...recorder.take(() => [])], []);
    const forgotten = await fly({ program: exiting(3) }, { isForgotten: true });
    assert.equal(forgotten.bytes.length, 0);
    assert.equal(forgotten.budget.usedBytes, 0);
  });

  test("does not sum a large memory, and its replay does not miss that", async () => {
    const program = assemble({
      types: [functionType([], [])],
      functions: [{ code: [0] }],
      memories: [[0, ...u32(flightLimits.summedBytesMax / 65_536 + 1)]],
      exports: [exportOf("memory", "memory", 0), exportOf("_start", "function", 0)],
    });
    const { bytes } = await fly({ program });
    const replayed = await play.replay(bytes);
    assert.equal(describeExit(replayed.exit.reason), "trapped(unreachable)");
    assert.equal(replayed.result.divergence, undefined);
    assert.equal(replayed.result.sameMemory, undefined);
  });

  test("writes what replays, or the end of the journal, whatever a program does", async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts({ floods: true }),
        fc.nat({ max: 1000 }),
        fc.constantFrom(4 * KiB, 16 * KiB, 256 * KiB),
        async (steps, seed, bytesMax) => {
          const failing = [...steps, { call: "proc_exit", parameters: [3] }];
          const scene = { program: scriptProgram(failing), options: outsideOf };
          const flight = await fly(scene, { seed, bytesMax, preemptShare: (seed % 4) / 4 });
          const whole = entriesOf(readAnyRecording(flight.recorded.bytes, codec));
          const kept = readAnyRecording(flight.bytes, codec);
          if (kept.program === undefined) {
            assertIsEnd(entriesOf(kept), whole);
            assert.equal(kept.flight.missingCalls + kept.callCount, callsIn(whole));
          } else {
            assert.deepEqual(entriesOf(kept), whole);
            const replayed = await play.replay(flight.bytes, { seed });
            assert.equal(replayed.result.divergence, undefined);
            assert.notEqual(replayed.result.sameMemory, false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function callsIn(entries: readonly Entry[]): number {
  return entries.filter(({ kind }) => kind === "call").length;
}

/** Entry by entry from the back; one that was shortened only by its kind. */
function assertIsEnd(kept: readonly Entry[], whole: readonly Entry[]): void {
  let at = whole.length;
  for (let index = kept.length - 1; index >= 0; index--) {
    const entry = kept[index];
    const isCut = entry?.kind === "cut";
    if (isCut) index -= 1;
    at -= 1;
    if (isCut) assert.equal(kept[index]?.kind, whole[at]?.kind);
    else assert.deepEqual(entry, whole[at]);
  }
}
