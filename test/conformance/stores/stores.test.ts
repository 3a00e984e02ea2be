import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Defect } from "#core/base";
import type { Store, StoreChange } from "#pool/host";
import { subjects } from "./subjects.ts";

/** Keys that begin alike, among them some whose order tells code points from a string's units. */
const keys = ["", "a", "a/", "a/b", "a/b\0", "a\uffff", "a\u{10ffff}", "a\u{1f600}", "b", "\ue000"];

const big = "x".repeat(100_000);

function dump(store: Store): readonly (readonly [string, string, number])[] {
  return store.list("").map(({ key, value, revision }) => [key, value, revision] as const);
}

for (const subject of subjects) {
  /** Runs `deed` on a ground of its own. */
  const on = (deed: (ground: ReturnType<typeof subject.make>) => void): void => {
    const ground = subject.make();
    try {
      deed(ground);
    } finally {
      ground.release();
    }
  };

  const withStore = (deed: (store: Store) => void): void =>
    on((ground) => {
      const store = ground.open();
      deed(store);
      store.close();
    });

  suite(`store ${subject.name}`, () => {
    test("has nothing at first", () =>
      withStore((store) => {
        assert.equal(store.get("a"), undefined);
        assert.deepEqual(store.list(""), []);
      }));

    test("gives all changes of one write the same revision, larger than any before", () =>
      withStore((store) => {
        const first = store.write([
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ]);
        assert.ok(first !== undefined && first > 0);
        assert.deepEqual(store.get("a"), { key: "a", value: "1", revision: first });
        assert.deepEqual(store.get("b"), { key: "b", value: "2", revision: first });
        const second = store.write([{ key: "b", value: "3" }]);
        assert.ok(second !== undefined && second > first);
        assert.deepEqual(dump(store), [
          ["a", "1", first],
          ["b", "3", second],
        ]);
      }));

    test("lists what begins with a prefix, in the order of code points", () =>
      withStore((store) => {
        store.write(keys.map((key) => ({ key, value: "{}" })));
        const listed = (prefix: string): readonly string[] =>
          store.list(prefix).map(({ key }) => key);
        assert.deepEqual(listed("a/"), ["a/", "a/b", "a/b\0"]);
        assert.deepEqual(listed("a\u{10ffff}"), ["a\u{10ffff}"]);
        assert.deepEqual(
          listed(""),
          keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
      }));

    test("makes no change of a write where one key is not as it was expected", () =>
      withStore((store) => {
        const revision = store.write([{ key: "a", value: "1", expected: 0 }]);
        assert.ok(revision !== undefined);
        const before = dump(store);
        const refused: readonly StoreChange[] = [
          { key: "a", value: "2", expected: 0 },
          { key: "a", value: "2", expected: revision + 1 },
          { key: "a", value: undefined, expected: revision + 1 },
          { key: "c", value: "2", expected: revision },
        ];
        for (const change of refused) {
          assert.equal(store.write([{ key: "b", value: "1" }, change]), undefined);
          assert.deepEqual(dump(store), before);
        }
        assert.notEqual(store.write([{ key: "a", value: "2", expected: revision }]), undefined);
      }));

    test("never gives a revision twice, though its key was removed and the store closed", () =>
      on((ground) => {
        const first = ground.open();
        const made = first.write([{ key: "a", value: "1" }]) ?? 0;
        const removed = first.write([{ key: "a", value: undefined, expected: made }]) ?? 0;
        assert.equal(first.get("a"), undefined);
        first.close();
        const second = ground.open();
        assert.equal(second.get("a"), undefined);
        const again = second.write([{ key: "a", value: "1", expected: 0 }]) ?? 0;
        assert.ok(made < removed && removed < again);
        second.close();
      }));

    test("does not take one key twice in a write", () =>
      withStore((store) => {
        const change = { key: "a", value: "1" };
        assert.throws(() => store.write([change, change]), Defect);
        assert.deepEqual(dump(store), []);
      }));

    test("says that the disk is full, changes nothing, and goes on when there is room", () =>
      on((ground) => {
        const before = ground.open();
        before.write([{ key: "a", value: "1" }]);
        const held = dump(before);
        before.close();
        const full = ground.openFull();
        for (let count = 0; count < 3; count++) {
          assert.throws(
            () =>
              full.write([
                { key: "a", value: "2" },
                { key: "b", value: big },
              ]),
            { code: "STATE_NOT_WRITABLE" },
          );
          assert.deepEqual(dump(full), held);
        }
        assert.equal(full.write([{ key: "a", value: "2", expected: 0 }]), undefined);
        full.close();
        const after = ground.open();
        assert.deepEqual(dump(after), held);
        after.write([{ key: "b", value: big }]);
        assert.equal(after.get("b")?.value, big);
        after.close();
      }));

    test("has what a map would have, however often it is closed and opened", () => {
      const change = fc.record({
        key: fc.constantFrom(...keys),
        value: fc.option(fc.oneof(fc.json(), fc.string({ unit: "binary" })), { nil: undefined }),
        expects: fc.constantFrom("nothing", "what is there", "something else"),
      });
      const changes = fc.uniqueArray(change, { selector: ({ key }) => key, maxLength: 4 });
      const step = fc.oneof(fc.constant("reopen" as const), changes);
      const run = fc.property(fc.array(step, { maxLength: 15 }), (steps) =>
        on((ground) => {
          let store = ground.open();
          let revision = 0;
          let model = new Map<string, readonly [string, number]>();
          for (const wanted of steps) {
            if (wanted === "reopen") {
              store.close();
              store = ground.open();
              continue;
            }
            const next = new Map(model);
            let isRefused = false;
            const written = wanted.map(({ key, value, expects }) => {
              const now = model.get(key)?.[1] ?? 0;
              isRefused ||= expects === "something else";
              if (value === undefined) next.delete(key);
              else next.set(key, [value, revision + 1]);
              if (expects === "nothing") return { key, value };
              return { key, value, expected: expects === "what is there" ? now : now + 1 };
            });
            assert.equal(store.write(written), isRefused ? undefined : revision + 1);
            if (!isRefused) {
              model = next;
              revision += 1;
            }
            for (const key of keys) assert.equal(store.get(key)?.value, model.get(key)?.[0]);
          }
          const listed = new Map(
            store.list("").map((e) => [e.key, [e.value, e.revision] as const]),
          );
          assert.deepEqual(listed, model);
          store.close();
        }),
      );
      fc.assert(run, { numRuns: 20 });
    });
  });
}
