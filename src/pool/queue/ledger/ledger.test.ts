import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "#core/base";
import { decideReturned, defaultQueueLimits, Ledger, standingOf } from "./mod.ts";
import { pauseMs } from "./decide.ts";
import type { Message, MessageView, Move } from "./mod.ts";

const all = { messages: Infinity, bytes: Infinity };

function waiting(id: number, key?: string, dueAtMs = 0): MessageView {
  const stage = { kind: "waiting", dueAtMs } as const;
  return { id, position: id, key, sentAtMs: id, sizeBytes: 10, attempts: 0, deliveries: 0, stage };
}

function ledgerOf(...messages: readonly MessageView[]): Ledger {
  const ledger = new Ledger();
  for (const message of messages) ledger.add(message);
  ledger.advance(0);
  return ledger;
}

/** Takes all there is, and leases it. */
function lease(ledger: Ledger, most = all, untilMs = 100): readonly number[] {
  const ids = ledger.take(most).map(({ id }) => id);
  ledger.apply({ kind: "leased", ids, untilMs });
  return ids;
}

suite("a ledger", () => {
  test("offers what is due in the order it was sent", () => {
    const ledger = ledgerOf(waiting(3), waiting(1), waiting(2, undefined, 50));
    assert.equal(ledger.nextAtMs(), 50);
    assert.deepEqual(lease(ledger), [1, 3]);
    ledger.advance(49);
    assert.deepEqual(lease(ledger), []);
    ledger.advance(50);
    assert.deepEqual(lease(ledger), [2]);
  });

  test("offers no more than is asked for, but one however large", () => {
    const ledger = ledgerOf(waiting(1), waiting(2), waiting(3));
    assert.deepEqual(lease(ledger, { messages: 1, bytes: 100 }), [1]);
    assert.deepEqual(lease(ledger, { messages: 9, bytes: 19 }), [2]);
    assert.deepEqual(lease(ledger, { messages: 9, bytes: 1 }), [3]);
  });

  test("offers of one key the first alone, until that is done with", () => {
    const ledger = ledgerOf(waiting(1, "a"), waiting(2, "a"), waiting(3, "b"), waiting(4));
    assert.deepEqual(lease(ledger), [1, 3, 4]);
    assert.equal(ledger.counts().held, 1);
    ledger.apply({ kind: "returned", messages: [{ id: 1, dueAtMs: 10 }] });
    assert.deepEqual(lease(ledger), []);
    ledger.advance(10);
    assert.deepEqual(lease(ledger), [1]);
    ledger.apply({ kind: "acknowledged", ids: [1] });
    assert.deepEqual(lease(ledger), [2]);
  });

  test("lets a delayed message hold up those behind it of its key, a dead one not", () => {
    const ledger = ledgerOf(waiting(1, "a", 10), waiting(2, "a"));
    assert.deepEqual(lease(ledger), []);
    ledger.advance(10);
    assert.deepEqual(lease(ledger), [1]);
    ledger.apply({ kind: "died", ids: [1], atMs: 10, cause: "failed" });
    assert.deepEqual(lease(ledger), [2]);
  });

  test("puts a dead message that is redriven before those sent after it", () => {
    const ledger = ledgerOf(waiting(1, "a"), waiting(2, "a"), waiting(3, "a"));
    lease(ledger);
    ledger.apply({ kind: "died", ids: [1], atMs: 0, cause: "rejected" });
    assert.equal(ledger.counts().ready, 1);
    ledger.apply({ kind: "redriven", ids: [1], atMs: 0 });
    ledger.advance(0);
    assert.deepEqual([ledger.counts().ready, ledger.counts().held], [1, 2]);
    assert.deepEqual(lease(ledger), [1]);
    assert.deepEqual(ledger.get(1)?.attempts, 1);
    assert.deepEqual(ledger.get(1)?.deliveries, 2);
  });

  test("names a lease that ran out once, and not one that was extended", () => {
    const ledger = ledgerOf(waiting(1), waiting(2));
    lease(ledger, all, 100);
    ledger.apply({ kind: "extended", ids: [2], untilMs: 200 });
    const expired = (nowMs: number): readonly number[] =>
      ledger.takeExpired(nowMs, Infinity).map(({ id }) => id);
    assert.deepEqual(expired(99), []);
    assert.deepEqual(expired(150), [1]);
    assert.deepEqual(expired(150), []);
    assert.deepEqual(expired(200), [2]);
  });

  test("goes on with what is due when the clock steps back", () => {
    const ledger = ledgerOf(waiting(1, undefined, 100));
    ledger.advance(100);
    ledger.advance(5);
    assert.deepEqual(lease(ledger), [1]);
  });

  test("passes over moves about messages that are not there", () => {
    const ledger = ledgerOf(waiting(1));
    ledger.apply({ kind: "leased", ids: [7], untilMs: 1 });
    ledger.apply({ kind: "acknowledged", ids: [7, 1] });
    ledger.relocate(7, 9);
    assert.equal(ledger.size, 0);
  });
});

suite("a ledger, whatever happens", () => {
  /** What the ledger should offer, and how it should count, worked out anew from all messages. */
  function judge(ledger: Ledger, nowMs: number): void {
    const messages = [...ledger.all()].sort((a, b) => a.id - b.id);
    const firsts = new Map<string, Message>();
    for (const message of messages) {
      const isDead = message.stage.kind === "dead";
      if (message.key !== undefined && !isDead) firsts.getOrInsert(message.key, message);
    }
    const due = messages.filter((message) => standingOf(message, nowMs) === "ready");
    const ready = due.filter(({ id, key }) => key === undefined || firsts.get(key)?.id === id);
    const count = (kind: string): number => messages.filter((m) => m.stage.kind === kind).length;
    assert.deepEqual(ledger.counts(), {
      ready: ready.length,
      held: due.length - ready.length,
      delayed: count("waiting") - due.length,
      leased: count("leased"),
      dead: count("dead"),
      sizeBytes: messages.length * 10,
      oldestReadySentAtMs: ready[0]?.sentAtMs,
    });
    const ends = messages.flatMap(({ stage }) => {
      if (stage.kind === "leased") return [stage.untilMs];
      return stage.kind === "waiting" && stage.dueAtMs > nowMs ? [stage.dueAtMs] : [];
    });
    assert.equal(ledger.nextAtMs(), ends.length === 0 ? undefined : Math.min(...ends));
  }

  const kinds = ["leased", "acknowledged", "returned", "died", "redriven", "extended"] as const;
  const step = fc.record({
    kind: fc.constantFrom("add", "add", "add", "time", ...kinds),
    pick: fc.nat(1000),
    key: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
    delayMs: fc.constantFrom(0, 0, 5, 20),
  });

  function moveFor(
    ledger: Ledger,
    kind: (typeof kinds)[number],
    how: { readonly pick: number; readonly nowMs: number; readonly delayMs: number },
  ): Move | undefined {
    const { nowMs, delayMs } = how;
    const needed = kind === "redriven" ? "dead" : "leased";
    const found = [...ledger.all()].filter(({ stage }) => stage.kind === needed);
    const id = found[how.pick % Math.max(1, found.length)]?.id;
    const untilMs = nowMs + 1 + delayMs;
    if (kind === "leased") {
      const ids = ledger.take({ messages: 1 + (how.pick % 3), bytes: 1e6 }).map((one) => one.id);
      return { kind, ids, untilMs };
    }
    if (id === undefined) return undefined;
    if (kind === "returned") return { kind, messages: [{ id, dueAtMs: nowMs + delayMs }] };
    if (kind === "died") return { kind, ids: [id], atMs: nowMs, cause: "failed" };
    if (kind === "redriven") return { kind, ids: [id], atMs: nowMs };
    if (kind === "extended") return { kind, ids: [id], untilMs };
    return { kind, ids: [id] };
  }

  test("offers and counts as one who looks at all messages would", () => {
    const run = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ledger = new Ledger();
      let nowMs = 0;
      let nextId = 1;
      for (const { kind, pick, key, delayMs } of steps) {
        if (kind === "add") ledger.add({ ...waiting(nextId++, key, nowMs + delayMs) });
        else if (kind === "time") nowMs += pick % 30;
        else {
          const move = moveFor(ledger, kind, { pick, nowMs, delayMs });
          if (move !== undefined) ledger.apply(move);
        }
        ledger.advance(nowMs);
        judge(ledger, nowMs);
      }
    });
    fc.assert(run, { numRuns: 300 });
  });
});

suite("what becomes of a message given back", () => {
  const limits = { ...defaultQueueLimits, "retry-delay": 1000, "retry-delay-most": 10_000 };

  test("is a pause from the upper half of a step that doubles up to the ceiling", () => {
    const pauses = [0, 0.999_999].map((chance) =>
      [1, 2, 3, 4, 5, 50].map((attempts) => pauseMs(attempts, { limits, chance: () => chance })),
    );
    assert.deepEqual(pauses, [
      [500, 1000, 2000, 4000, 5000, 5000],
      [1000, 2000, 4000, 8000, 10_000, 10_000],
    ]);
  });

  test("is the same pause from the same seed", () => {
    const draw = (): readonly number[] => {
      const random = new SeededRandom(7);
      const chance = (): number => random.next() / 2 ** 32;
      return [1, 2, 3].map((attempts) => pauseMs(attempts, { limits, chance }));
    };
    assert.deepEqual(draw(), draw());
  });

  test("is death after the last attempt", () => {
    const ledger = ledgerOf(waiting(1), waiting(2));
    lease(ledger);
    ledger.apply({ kind: "returned", messages: [{ id: 1, dueAtMs: 0 }] });
    ledger.advance(0);
    lease(ledger);
    const terms = { nowMs: 5, limits: { ...limits, attempts: 2 }, chance: () => 0 };
    assert.deepEqual(decideReturned([...ledger.all()], terms, 70), [
      { kind: "returned", messages: [{ id: 2, dueAtMs: 75 }] },
      { kind: "died", ids: [1], atMs: 5, cause: "failed" },
    ]);
  });
});
