import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Action, type ChildView, type Epoch, Tree } from "#core/supervise";
import { changeTree, type LeafSpec, treeOf } from "#pool/control/tree";
import { type Manifest, parseManifest } from "#pool/manifest";
import { planChanges } from "#pool/manifest/plan";
import { appText, type TreeTexts } from "#test/control";
import { restartedBy } from "#pool/control/desired";

const names = ["a", "b", "c", "d", "e"] as const;
const strategy = fc.constantFrom("one-for-one", "one-for-all", "rest-for-one");

/** Restart types that leave nothing down that ended because somebody asked. */
const restart = fc.constantFrom("always", "on-failure");

const process = fc.record(
  {
    count: fc.integer({ min: 0, max: 3 }),
    args: fc.constantFrom([], ["1"], ["2"]),
    grace: fc.constantFrom("0s", "1s", "3s"),
    restart,
    "give-up": fc.constantFrom("never", "9 in 9s"),
  },
  { requiredKeys: [] },
);

/** Where each process stands: below the top, or in one of two supervisors, one in the other. */
const place = fc.constantFrom("top", "s", "t");

const manifest = fc
  .record({
    order: fc.shuffledSubarray([...names]),
    processes: fc.tuple(process, process, process, process, process),
    places: fc.tuple(place, place, place, place, place),
    fields: fc.tuple(...[0, 1, 2].map(() => fc.record({ strategy, restart }))),
    isBehind: fc.boolean(),
    /** A supervisor may have the name that a process has in the next manifest. */
    inner: fc.constantFrom("t", "e"),
  })
  .map(({ order, processes, places, fields, isBehind, inner }): Manifest => {
    const chosen = order.filter((name) => name !== inner);
    const at = (wanted: string): readonly string[] =>
      chosen.filter((name) => places[names.indexOf(name)] === wanted);
    const nest = (
      field: number,
      children: TreeTexts["children"],
      below: TreeTexts["children"],
    ): TreeTexts => ({
      ...(fields[field] as { strategy: string }),
      children: isBehind ? [...children, ...below] : [...below, ...children],
    });
    const t = { supervisor: { ...nest(2, at("t"), []), name: inner } };
    const s = { supervisor: { ...nest(1, at("s"), [t]), name: "s" } };
    const content = appText({
      processes: Object.fromEntries(
        chosen.map((name) => [name, processes[names.indexOf(name)] ?? {}]),
      ),
      tree: nest(0, at("top"), [s]),
    });
    return parseManifest({ name: "noos.yaml", content }).manifest;
  });

/** What may happen between two deploys: so much time passes, or somebody moves on, or fails. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), ns: fc.constantFrom(1e6, 0.5e9, 2e9) }),
  fc.record({ kind: fc.constantFrom("move" as const, "fail" as const), who: fc.nat(20) }),
);

/** A tree and what runs of it, slow to start and to end unless it is let. */
class Stage {
  readonly tree: Tree;
  #nowNs = 0;
  #manifest: Manifest;
  readonly #living = new Map<Epoch, { readonly path: string; isUp: boolean; isEnding: boolean }>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.tree = new Tree(treeOf(manifest), { chance: () => 0 });
    this.#do(this.tree.begin(0));
  }

  become(after: Manifest): void {
    const restarted = restartedBy(planChanges(this.#manifest, after));
    this.#manifest = after;
    this.#do(changeTree({ tree: this.tree, nowNs: this.#nowNs, restarted }, treeOf(after)));
  }

  happen(happening: { kind: "pass"; ns: number } | { kind: "move" | "fail"; who: number }): void {
    if (happening.kind === "pass") return this.#pass(happening.ns);
    const epochs = [...this.#living.keys()];
    const epoch = epochs[happening.who % Math.max(1, epochs.length)];
    if (epoch === undefined) return;
    if (happening.kind === "fail") this.#end(epoch, 1);
    else this.#move(epoch);
  }

  /** All move on until nobody has anything left to do. */
  settle(): void {
    for (let round = 0; round < 200; round++) {
      for (const epoch of this.#living.keys()) this.#move(epoch);
      this.#pass(0.5e9);
    }
  }

  #move(epoch: Epoch): void {
    const process = this.#living.get(epoch);
    if (process === undefined) return;
    if (process.isEnding) return this.#end(epoch, 0);
    if (process.isUp) return;
    process.isUp = true;
    this.#do(this.tree.started(epoch, this.#nowNs));
  }

  #end(epoch: Epoch, status: number): void {
    this.#living.delete(epoch);
    const reason = { kind: "exited", code: status } as const;
    this.#do(this.tree.ended(epoch, { reason, cpuNs: 0 }, this.#nowNs));
  }

  #pass(ns: number): void {
    const untilNs = this.#nowNs + ns;
    while (this.tree.nextDueNs <= untilNs) {
      this.#nowNs = Math.max(this.#nowNs, this.tree.nextDueNs);
      this.#do(this.tree.due(this.#nowNs));
    }
    this.#nowNs = untilNs;
  }

  #do(actions: readonly Action[]): void {
    for (const action of actions) {
      const { kind, path, epoch } = action;
      if (kind === "start") {
        const { process } = action.spec as LeafSpec;
        const isWanted = this.#manifest.processes.some(({ name }) => name === process);
        assert.ok(isWanted, `${path} is wanted when it starts`);
        const others = [...this.#living.values()].filter((other) => other.path === path);
        assert.equal(others.length, 0, `${path} has one life`);
        this.#living.set(epoch, { path, isUp: false, isEnding: false });
      }
      const process = this.#living.get(epoch);
      if ((kind === "ask" || kind === "end") && process !== undefined) process.isEnding = true;
    }
  }
}

/** Paths in order, with what each is and how it stands. */
function shown(tree: Tree): readonly string[] {
  return [...tree.children()].map(({ path, spec, state }: ChildView) => {
    const own = spec.kind === "process" ? spec : { ...spec, children: [] };
    return `${path} ${state} ${JSON.stringify(own)}`;
  });
}

suite("a changed tree: properties", () => {
  test("is what a fresh tree of the new manifest is, whatever was under way", () => {
    const steps = fc.array(fc.tuple(fc.array(happening, { maxLength: 8 }), manifest), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(manifest, steps, (first, deploys) => {
        const stage = new Stage(first);
        let last = first;
        for (const [happenings, after] of deploys) {
          for (const each of happenings) stage.happen(each);
          stage.become(after);
          last = after;
        }
        stage.settle();
        const fresh = new Stage(last);
        fresh.settle();
        assert.deepEqual(shown(stage.tree), shown(fresh.tree));
      }),
      { numRuns: 500 },
    );
  });

  test("moves nobody where the manifest is the same", () => {
    fc.assert(
      fc.property(manifest, (one) => {
        const tree = new Tree(treeOf(one), { chance: () => 0 });
        tree.begin(0);
        const change = { tree, nowNs: 0, restarted: new Set<string>() };
        assert.deepEqual(changeTree(change, treeOf(one)), []);
      }),
    );
  });
});
