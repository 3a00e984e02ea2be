/** Compares what a control says happened with what its executors really run. */
import { assert } from "#core/base";
import type { ChildSpec } from "#core/supervise";
import type { EventKind, EventView, ProcessView } from "#pool/api";
import type { Scene } from "#test/control";
import { treeOf } from "#pool/control/tree";
import type { DesiredApp } from "#pool/control/desired";

/** One process as its events tell of it. */
interface Told {
  readonly path: string;
  isUp: boolean;
}

const settled: ReadonlySet<string> = new Set(["running", "done", "held"]);

export class Witness {
  readonly #scene: Scene;
  readonly #alive = new Map<string, Told>();
  /** Before this a path is not to start again by itself. */
  readonly #notBeforeNs = new Map<string, number>();
  startCount = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Paths of all that is alive, and of those above it. */
  get paths(): readonly string[] {
    return [...this.#alive.keys()].flatMap((path) => [path, parentOf(path)]);
  }

  /** An operator may have anything start at once. */
  isOperated(): void {
    this.look();
    this.#notBeforeNs.clear();
  }

  /** Another daemon came up, and knows nothing of what was. */
  beginAgain(): void {
    this.#alive.clear();
    this.#notBeforeNs.clear();
  }

  /** Hears of all that happened, and looks at all that runs. */
  look(): void {
    for (const event of this.#scene.takeEvents()) this.#hear(event);
    const seen = new Set<string>();
    for (const executor of this.#scene.executors.running) {
      for (const { order } of executor.processes.values()) {
        const place = order.serve === undefined ? order.path : `${order.path} ${executor.pid}`;
        assert(!seen.has(place), `${place} has one life at a time`);
        assert(this.#alive.has(order.path), `${order.path} runs, and is known to`);
        seen.add(place);
      }
    }
  }

  #hear(event: EventView): void {
    this.#hearings[event.kind]?.(event, Number(event.at.slice(3)));
  }

  readonly #hearings: Partial<Record<EventKind, (event: EventView, atNs: number) => void>> = {
    "process-starting": ({ path = "" }, atNs) => {
      assert(!this.#alive.has(path), `${path} starts when nothing of it is left`);
      assert(atNs >= (this.#notBeforeNs.get(path) ?? 0), `${path} keeps its pace`);
      this.#alive.set(path, { path, isUp: false });
      this.startCount += 1;
    },
    "process-started": ({ path = "" }) => {
      const told = this.#alive.get(path);
      assert(told?.isUp === false, `${path} is up once, after its start`);
      told.isUp = true;
    },
    "process-asked": ({ path = "" }) => {
      assert(this.#alive.has(path), `${path} is asked while it lives`);
    },
    "process-ended": ({ path = "", delayNs }, atNs) => {
      assert(this.#alive.delete(path), `${path} ends once`);
      if (delayNs !== undefined) this.#notBeforeNs.set(path, atNs + delayNs);
    },
    "supervisor-ended": ({ path = "" }) => {
      for (const other of this.#alive.keys()) {
        assert(!other.startsWith(`${path}/`), `${other} has ended before ${path}`);
      }
      // A supervisor that is started anew starts all below it.
      for (const other of this.#notBeforeNs.keys()) {
        if (other.startsWith(`${path}/`)) this.#notBeforeNs.delete(other);
      }
    },
  };

  /** Now that nothing dies any more: all that is wanted is there, and nothing else. */
  async checkQuiet(kept: readonly string[]): Promise<void> {
    const { time } = this.#scene.host;
    const views = await time.until(this.#scene.control.processes());
    this.look();
    const wanted = kept
      .map((value) => treeOf((JSON.parse(value) as DesiredApp).manifest))
      .flatMap((tree) => pathsOf(tree, ""));
    const found = views.map(({ path }) => path);
    assert(
      JSON.stringify(found) === JSON.stringify(wanted),
      `trees are as they are wanted: ${found.join(" ")} for ${wanted.join(" ")}`,
    );
    const states = new Map(views.map(({ path, state }) => [path, state]));
    for (const { path, state } of views) {
      const above = states.get(parentOf(path));
      const isFree = above === undefined || above === "running";
      assert(!isFree || settled.has(state), `${path} is ${state} when all is quiet`);
      assert(isFree || state !== "running", `${path} runs below one that does not`);
    }
    this.#checkRunning(views);
    const { executors } = await this.#scene.control.status();
    const counted = executors.reduce((sum, { processes }) => sum + processes, 0);
    assert(counted === this.#scene.running.length, "executors are counted to run what they run");
  }

  /** All shares of a process serve by one build, and together have what it may have. */
  #checkShares(path: string): void {
    const shares = this.#scene.executors.at(path).map(({ order }) => order);
    const spread = shares[0]?.serve?.spread;
    if (spread === undefined) return assert(shares.length === 1, `${path} runs once`);
    assert(shares.length <= spread.max, `${path} is on no more executors than it may be`);
    const builds = new Set(shares.map(({ image, args }) => JSON.stringify([image, args])));
    assert(builds.size === 1, `${path} serves by one build: ${[...builds].join(", ")}`);
    const most = shares.map(({ serve }) => serve?.policy.instancesMax ?? 0);
    const all = most.reduce((sum, each) => sum + each, 0);
    assert([1, 4, 8].includes(all), `${path} has all the instances it may have: ${most.join("+")}`);
    assert(Math.min(...most) > 0, `${path} has an instance wherever it is`);
  }

  #checkRunning(views: readonly ProcessView[]): void {
    const running = views.filter(({ kind, state }) => kind === "process" && state === "running");
    const said = running.map(({ path }) => path).toSorted();
    const found = [...new Set(this.#scene.running)];
    assert(
      JSON.stringify(said) === JSON.stringify(found),
      `executors run ${found.join(" ")}, and are said to run ${said.join(" ")}`,
    );
    for (const path of found) this.#checkShares(path);
    for (const { path, executor, usage } of running) {
      assert(executor !== undefined && usage !== undefined, `${path} is measured where it runs`);
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function pathsOf(spec: ChildSpec, above: string): readonly string[] {
  const path = `${above}${spec.name}`;
  if (spec.kind === "process") return [path];
  return [path, ...spec.children.flatMap((child) => pathsOf(child, `${path}/`))];
}
