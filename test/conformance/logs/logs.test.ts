import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { Log, Logs } from "#pool/host";
import { type LogGround, logSubjects } from "./subjects.ts";

const everything = { entries: 1e6, bytes: 1e9 };

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

async function textsOf(log: Log, from = 1, most = everything): Promise<readonly string[]> {
  const entries = await log.read(from, most);
  return entries.map(({ position, bytes }) => `${position} ${Buffer.from(bytes).toString()}`);
}

for (const subject of logSubjects) {
  /** Runs `deed` on a ground of its own. */
  const on = async (deed: (ground: LogGround) => Promise<void>): Promise<void> => {
    const ground = subject.make();
    try {
      await deed(ground);
    } finally {
      ground.release();
    }
  };

  const withLogs = (deed: (logs: Logs) => Promise<void>): Promise<void> =>
    on(async (ground) => {
      const logs = ground.open();
      await deed(logs);
      await logs.close();
    });

  const withLog = (deed: (log: Log) => Promise<void>): Promise<void> =>
    withLogs(async (logs) => deed(await logs.open("a")));

  suite(`logs ${subject.name}`, () => {
    test("have nothing at first, and count from 1", () =>
      withLog(async (log) => {
        assert.deepEqual(await log.bounds(), { first: 1, next: 1 });
        assert.deepEqual(await log.read(1, everything), []);
        assert.equal(await log.append([bytesOf("x"), bytesOf("")], 1), true);
        assert.deepEqual(await log.bounds(), { first: 1, next: 3 });
        assert.deepEqual(await textsOf(log), ["1 x", "2 "]);
      }));

    test("append nothing where the log ends elsewhere than expected", () =>
      withLog(async (log) => {
        await log.append([bytesOf("x")], 1);
        for (const expected of [0, 1, 3]) {
          assert.equal(await log.append([bytesOf("y")], expected), false);
        }
        assert.deepEqual(await textsOf(log), ["1 x"]);
      }));

    test("take what is asked for at once in the order it was asked for", () =>
      withLogs(async (logs) => {
        const [a, b] = [await logs.open("a"), await logs.open("b")];
        const answers = await Promise.all([
          a.append([bytesOf("1")], 1),
          b.append([bytesOf("2")], 1),
          a.append([bytesOf("3"), bytesOf("4")], 2),
          a.append([bytesOf("no")], 2),
          a.trim(2),
          a.bounds(),
          a.append([bytesOf("5")], 4),
        ]);
        assert.deepEqual(answers, [
          true,
          true,
          true,
          false,
          undefined,
          { first: 2, next: 4 },
          true,
        ]);
        assert.deepEqual(await textsOf(a), ["2 3", "3 4", "4 5"]);
        assert.deepEqual(await textsOf(b), ["1 2"]);
      }));

    test("read from a position on, no more than was asked for, but one at least", () =>
      withLog(async (log) => {
        await log.append(["aa", "bb", "cc", "dd"].map(bytesOf), 1);
        assert.deepEqual(await textsOf(log, 2, { entries: 2, bytes: 100 }), ["2 bb", "3 cc"]);
        assert.deepEqual(await textsOf(log, 2, { entries: 9, bytes: 5 }), ["2 bb", "3 cc"]);
        assert.deepEqual(await textsOf(log, 2, { entries: 9, bytes: 1 }), ["2 bb"]);
        assert.deepEqual(await textsOf(log, 5), []);
        assert.deepEqual(await textsOf(log, 0, { entries: 1, bytes: 9 }), ["1 aa"]);
      }));

    test("forget what is trimmed, and never use its positions again", () =>
      on(async (ground) => {
        const first = ground.open();
        const log = await first.open("a");
        await log.append(["a", "b", "c"].map(bytesOf), 1);
        await log.trim(3);
        await log.trim(1);
        assert.deepEqual(await textsOf(log), ["3 c"]);
        await log.trim(99);
        assert.deepEqual(await log.bounds(), { first: 4, next: 4 });
        await first.close();
        const second = ground.open();
        const again = await second.open("a");
        assert.deepEqual(await again.bounds(), { first: 4, next: 4 });
        await again.append([bytesOf("d")], 4);
        assert.deepEqual(await textsOf(again), ["4 d"]);
        await second.close();
      }));

    test("are known by their names until they are removed", () =>
      on(async (ground) => {
        const first = ground.open();
        await (await first.open("b/moves")).append([bytesOf("x")], 1);
        await first.open("a\u{1f600}");
        await first.open("a\uffff");
        await first.open("");
        assert.deepEqual(await first.names(), ["", "a\uffff", "a\u{1f600}", "b/moves"]);
        await first.close();
        const second = ground.open();
        await second.remove("b/moves");
        await second.remove("never");
        assert.deepEqual(await second.names(), ["", "a\uffff", "a\u{1f600}"]);
        assert.deepEqual(await (await second.open("b/moves")).bounds(), { first: 1, next: 1 });
        await second.close();
      }));

    test("say that the disk is full, and go on when there is room", () =>
      on(async (ground) => {
        const before = ground.open();
        await (await before.open("a")).append([bytesOf("x")], 1);
        await before.close();
        const full = ground.openFull();
        const log = await full.open("a");
        const big = Buffer.alloc(100_000, 7);
        for (let count = 0; count < 2; count++) {
          await assert.rejects(log.append([big], 2), { code: "STATE_NOT_WRITABLE" });
          assert.deepEqual(await log.bounds(), { first: 1, next: 2 });
          assert.deepEqual(await textsOf(log), ["1 x"]);
        }
        await full.close();
        const after = ground.open();
        const again = await after.open("a");
        assert.equal(await again.append([big], 2), true);
        const [, entry] = await again.read(1, everything);
        assert.deepEqual(Buffer.from(entry?.bytes ?? []), big);
        await after.close();
      }));

    test("have what an array would have, however often they are closed and opened", async () => {
      const name = fc.constantFrom("a", "b");
      const step = fc.oneof(
        fc.record({
          do: fc.constant("append" as const),
          name,
          entries: fc.array(fc.string(), { maxLength: 4 }),
        }),
        fc.record({ do: fc.constant("trim" as const), name, before: fc.nat(20) }),
        fc.record({ do: fc.constant("reopen" as const), name }),
      );
      const run = fc.asyncProperty(fc.array(step, { maxLength: 15 }), (steps) =>
        on(async (ground) => {
          let logs = ground.open();
          let open = new Map<string, Log>();
          const model = new Map<string, { first: number; texts: string[] }>();
          for (const { name: wanted, ...step } of steps) {
            if (step.do === "reopen") {
              await logs.close();
              logs = ground.open();
              open = new Map();
            }
            const log = open.get(wanted) ?? (await logs.open(wanted));
            open.set(wanted, log);
            const kept = model.get(wanted) ?? { first: 1, texts: [] };
            model.set(wanted, kept);
            const next = kept.texts.length + 1;
            if (step.do === "append") {
              assert.equal(await log.append(step.entries.map(bytesOf), next), true);
              kept.texts.push(...step.entries);
            } else if (step.do === "trim") {
              await log.trim(step.before);
              kept.first = Math.max(kept.first, Math.min(step.before, next));
            }
            const expected = kept.texts.map((text, index) => `${index + 1} ${text}`);
            assert.deepEqual(await textsOf(log), expected.slice(kept.first - 1));
          }
          await logs.close();
        }),
      );
      await fc.assert(run, { numRuns: 20 });
    });
  });
}
