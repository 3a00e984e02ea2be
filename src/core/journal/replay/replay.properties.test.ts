import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { describeExit } from "#core/sys";
import { outsideOf, play, record, scriptProgram, scripts } from "#test/journal";

suite("whatever a program does with whatever it was granted,", () => {
  test("its replay makes the same calls, writes the same and ends in the same way", async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts({ floods: true }),
        fc.nat({ max: 1000 }),
        fc.boolean(),
        fc.constantFrom(undefined, 100, 5000),
        async (steps, seed, shortReads, roomBytes) => {
          const recorded = await record(
            {
              program: scriptProgram(steps),
              options: outsideOf,
              ...(roomBytes === undefined ? {} : { roomBytes }),
            },
            { seed, shortReads, preemptShare: (seed % 4) / 4 },
          );
          const replayed = await play.replay(recorded.bytes, { seed });
          assert.deepEqual(replayed.result.divergence, undefined);
          assert.equal(describeExit(replayed.exit.reason), describeExit(recorded.exit.reason));
          assert.notEqual(replayed.result.sameMemory, false);
          assert.equal(replayed.result.calls, recorded.exit.usage.calls);
          assert.deepEqual(replayed.output(1), recorded.stdout);
          assert.deepEqual(replayed.output(2), recorded.stderr);
        },
      ),
      { numRuns: 60 },
    );
  });
});
