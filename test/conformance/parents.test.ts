import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { ChildId, Family, Notice, SpawnRequest } from "#core/host";
import type { Program } from "#core/machine";
import {
  type Action,
  describeEnd,
  type Epoch,
  type ProcessChildSpec,
  type SupervisorSpec,
  Tree,
} from "#core/supervise";
import { Errno, errno } from "#core/sys";
import { type RunningProcess, System } from "#core/system";
import { guestFile } from "#guests";

// Programs as parents, in one kernel and with the real tree: its rules hold, whatever they do.

/** What a spec of this file runs. */
interface Life {
  readonly guest: Parameters<typeof guestFile>[0];
  readonly args?: readonly string[];
}

class ProcessFamily implements Family {
  readonly path: string;
  readonly #house: House;
  readonly #epoch: Epoch;
  readonly #notices: Notice[] = [];
  #next: ((notice: Notice) => void) | undefined;

  constructor(house: House, path: string, epoch: Epoch) {
    [this.#house, this.path, this.#epoch] = [house, path, epoch];
  }

  spawn(request: SpawnRequest, answer: (result: ChildId | Errno) => void): void {
    this.#house.host.turns.next(() => answer(this.#house.spawn(this.#epoch, request)));
  }

  next(answer: (notice: Notice) => void): void {
    this.#next = answer;
    this.#house.host.turns.next(() => this.#hand());
  }

  acknowledge(child: ChildId): undefined {
    const { tree, nowNs } = this.#house;
    this.#house.act(tree.acknowledged(this.#epoch, child as number as Epoch, nowNs));
  }

  end(): undefined {}

  close(): void {
    this.#next = undefined;
  }

  tell(notice: Notice): void {
    this.#notices.push(notice);
    this.#house.host.turns.next(() => this.#hand());
  }

  #hand(): void {
    const next = this.#next;
    const notice = next && this.#notices.shift();
    if (next === undefined || notice === undefined) return;
    this.#next = undefined;
    next(notice);
  }
}

/** A tree whose processes run on a simulated host. */
class House {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly system: System;
  readonly tree: Tree;
  /** Every end that was reported, in order. */
  readonly ends: string[] = [];
  readonly output: string[] = [];
  readonly #lives: Readonly<Record<string, Life>>;
  readonly #specs = new Map<ProcessChildSpec, string>();
  readonly #programs = new Map<string, Program>();
  readonly #running = new Map<Epoch, RunningProcess>();
  readonly #families = new Map<Epoch, ProcessFamily>();

  constructor(lives: Readonly<Record<string, Life>>, processes = 50) {
    this.#lives = lives;
    this.system = new System(this.host, { processes, children: 20 });
    const boss = this.#specOf("boss", "boss");
    const root: SupervisorSpec = {
      kind: "supervisor",
      name: "app",
      restart: "never",
      strategy: "one-for-one",
      children: [boss],
    };
    this.tree = new Tree(root, { chance: () => 0.5 });
  }

  get nowNs(): number {
    return this.host.clock.monotonicNs();
  }

  get aliveCount(): number {
    return this.system.processCount;
  }

  async begin(): Promise<this> {
    this.act(this.tree.begin(this.nowNs));
    await this.run(1e9);
    return this;
  }

  /** Lets time pass, and the tree have its due. */
  async run(ns: number): Promise<void> {
    for (const endNs = this.nowNs + ns; this.nowNs < endNs;) {
      await this.host.time.runFor(100e6);
      if (this.tree.nextDueNs <= this.nowNs) this.act(this.tree.due(this.nowNs));
    }
  }

  spawn(parent: Epoch, { spec, name }: SpawnRequest): ChildId | Errno {
    if (!(spec in this.#lives)) return errno.ENOENT;
    const spawned = this.tree.spawn(parent, this.#specOf(spec, name), this.nowNs);
    if (spawned instanceof Errno) return spawned;
    this.act(spawned.actions);
    return spawned.epoch as number as ChildId;
  }

  act(actions: readonly Action[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case "start":
          this.#start(action);
          break;
        case "ask":
          this.#families.get(action.epoch)?.tell({ kind: "asked", graceNs: action.graceNs });
          break;
        case "end":
          this.#running.get(action.epoch)?.end(action.for);
          break;
        case "started":
          break;
        case "report":
          this.#report(action);
          break;
      }
    }
  }

  #start({ path, epoch, spec }: Action & { readonly kind: "start" }): void {
    const life = this.#lives[this.#specs.get(spec) ?? ""];
    assert.ok(life !== undefined);
    const family = new ProcessFamily(this, path, epoch);
    const running = this.system.start(this.#programOf(life.guest), {
      name: path,
      args: life.args ?? [],
      family,
    });
    this.#families.set(epoch, family);
    this.#running.set(epoch, running);
    void running.exit.then(({ reason, usage }) => {
      this.output.push(...running.output().split("\n").slice(0, -1));
      this.act(this.tree.ended(epoch, { reason, cpuNs: usage.cpuNs }, this.nowNs));
    });
    this.act(this.tree.started(epoch, this.nowNs));
  }

  #report(report: Action & { readonly kind: "report" }): void {
    const text = describeEnd(report.reason);
    this.ends.push(`${report.path} ${text}`);
    if (report.parent === undefined) return;
    const code = report.reason.kind === "exited" ? report.reason.code : 0;
    this.#families.get(report.parent)?.tell({
      kind: "ended",
      child: report.epoch as number as ChildId,
      end: { kind: report.reason.kind, code, text },
      isFailure: report.isAcknowledgeDue,
    });
  }

  #specOf(life: string, name: string): ProcessChildSpec {
    const spec = { kind: "process", name, restart: "never", graceNs: 1e9 } as const;
    this.#specs.set(spec, life);
    return spec;
  }

  #programOf(guest: Life["guest"]): Program {
    return this.#programs.getOrInsertComputed(guest, () =>
      this.system.load(readFileSync(guestFile(guest))),
    );
  }
}

const crash: Life = { guest: "hostile/trap", args: ["unreachable"] };
const idle: Life = { guest: "hostile/bad-parent", args: ["deaf", "nothing"] };
const bad = (...args: readonly string[]): Life => ({ guest: "hostile/bad-parent", args });

suite("a program with children in a tree", () => {
  test("that acknowledges failures goes on, and starts those that failed again", async () => {
    const boss: Life = { guest: "basics/boss", args: ["1", "2"] };
    const house = await new House({ boss, worker: crash }).begin();
    assert.deepEqual(house.ends, [
      ...Array<string>(3).fill("app/boss/child-0 trapped(unreachable)"),
      "app/boss exited(0)",
    ]);
    assert.equal(house.aliveCount, 0);
  });

  for (const how of ["deaf", "heedless"]) {
    test(`that is ${how} to a failure ends after 5 s, with all below it`, async () => {
      const house = await new House({ boss: bad(how), child: crash }).begin();
      assert.deepEqual(house.ends, ["app/boss/child-00000 trapped(unreachable)"]);
      assert.equal(house.aliveCount, 1);
      await house.run(5e9);
      const why = "unacknowledged: app/boss/child-00000: trapped(unreachable)";
      assert.deepEqual(house.ends.slice(1), [`app/boss ${why}`]);
      assert.equal(house.aliveCount, 0);
    });
  }

  test("leaves none of them behind when it ends, however deep they are", async () => {
    const lives = { boss: bad("heedless", "middle"), middle: bad("deaf", "leaf"), leaf: idle };
    const house = await new House(lives).begin();
    assert.equal(house.aliveCount, 3);
    house.act(house.tree.end("app/boss", { nowNs: house.nowNs, isAtOnce: true }));
    await house.run(1e9);
    assert.deepEqual(
      house.ends.map((end) => end.split(" ")[0]),
      ["app/boss/child-00000/child-00000", "app/boss/child-00000", "app/boss"],
    );
    assert.equal(house.aliveCount, 0);
  });

  test("that ends by itself is reported after those it left", async () => {
    const house = await new House({ boss: bad("leave"), child: idle }).begin();
    assert.deepEqual(house.ends, [
      "app/boss/child-00000 killed(by parent-ended)",
      "app/boss exited(0)",
    ]);
  });

  test("that does not end when it is asked is ended with them when its grace is over", async () => {
    const house = await new House({ boss: bad("heedless"), child: idle }).begin();
    house.act(house.tree.end("app/boss", { nowNs: house.nowNs }));
    await house.run(0.5e9);
    assert.deepEqual([house.ends, house.aliveCount], [[], 2]);
    await house.run(1e9);
    assert.deepEqual([house.ends.length, house.aliveCount], [2, 0]);
    assert.ok(house.output.includes("asked to end"));
  });

  test("may not have more of them than its limit says", async () => {
    const house = await new House({ boss: bad("bomb", "leaf"), leaf: idle }).begin();
    assert.equal(house.aliveCount, 21);
    house.act(house.tree.end("app/boss", { nowNs: house.nowNs, isAtOnce: true }));
    await house.run(1e9);
    assert.ok(house.output.includes("started 20: EAGAIN"));
    assert.deepEqual([house.aliveCount, house.ends.length], [0, 21]);
  });
});
