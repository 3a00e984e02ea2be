/** A daemon's control in a random world, with its promises checked after each step. */
import { MachineEnded } from "#adapters/sim/store";
import type { ProcessScript } from "#adapters/sim/daemon";
import { assert, SeededRandom } from "#core/base";
import { type AppTexts, code, Scene, second } from "#test/control";
import { drawApp } from "./random-app.ts";
import { Witness } from "./witness.ts";

const apps = ["shop", "bank"] as const;

/** Lets chance, operators and failures do what they like with two apps. */
export class ControlLife {
  readonly scene: Scene;
  readonly #random: SeededRandom;
  /** Whether some processes serve, on several executors. */
  readonly #isSpread: boolean;
  readonly #witness: Witness;
  /** What was last kept of each app, as the store has it. */
  readonly #kept = new Map<string, string>();
  #isCalm = false;
  /** The machine ends in the next write. */
  #isEnding = false;

  constructor(seed: number, { isSpread = false }: { readonly isSpread?: boolean } = {}) {
    this.#isSpread = isSpread;
    this.#random = new SeededRandom(seed);
    this.scene = new Scene({
      seed,
      executorsMax: this.#pick([1, 2, 3]),
      delayNs: () => this.#pick([1e3, 1e4, 1e6]),
      script: () => this.#script(),
    });
    this.#witness = new Witness(this.scene);
  }

  get startCount(): number {
    return this.#witness.startCount;
  }

  /** How many executors have a process that others have too. */
  get shareCount(): number {
    const { running } = this.scene;
    return running.length - new Set(running).size;
  }

  step(): void {
    const deeds = [
      () => this.scene.pass(this.#pick([1e4, 1e6, 5e7, second, 20 * second])),
      () => this.scene.pass(this.#pick([1e4, 1e6, 5e7])),
      () => this.#failSomeone(),
      () => this.#failSomeone(),
      () => this.#loseExecutor(),
      () => this.#operate(() => this.#deploy()),
      () => this.#operate(() => this.#deploy()),
      () => this.#operate(() => this.#command()),
      () => this.#operate(() => this.#command()),
      () => this.#ask(),
      ...(this.#isSpread ? [() => this.#tellLoad(), () => this.#tellLoad()] : []),
      () => this.#reboot(),
    ];
    const chosen = this.#chance(0.02) ? deeds.length : this.#random.below(deeds.length - 1);
    (deeds[chosen] ?? deeds.at(-1))?.();
    this.#witness.look();
    this.#checkKept();
  }

  /** Deaths stop; after ten minutes all that is wanted is there. */
  async calmDown(): Promise<void> {
    this.#isCalm = true;
    for (const executor of this.scene.executors.running) executor.isSilent = false;
    // Whoever was to die by its script does so once more.
    this.scene.pass(600 * second);
    this.#witness.look();
    await this.#witness.checkQuiet([...this.#kept].map(([, value]) => value));
  }

  async close(): Promise<void> {
    this.#witness.isOperated();
    const closed = this.scene.control.close();
    if (this.#chance(0.3)) this.#loseExecutor();
    this.scene.pass(60 * second);
    await closed;
    this.scene.pass(second);
    assert(this.scene.executors.running.length === 0, "no executor outlives its daemon");
    const refused = ["deploy", "remove", "end", "restart"] as const;
    for (const deed of refused) {
      const request = this.scene.request({ processes: { a: {} } });
      const argument = deed === "deploy" ? request : "shop";
      const isRefused = this.#isRefusedWith("DAEMON_UNREACHABLE", () =>
        this.scene.control[deed](argument as never),
      );
      assert(isRefused, `${deed} is refused when all is over`);
    }
  }

  #script(): ProcessScript {
    const usual = { startNs: this.#pick([1e5, 5e6, 2e8]), cpuNs: this.#random.below(1e6) };
    const askedNs = this.#pick([1e5, 5e8, Infinity]);
    const toldNs = this.#pick([1e5, 1e6, 5e7]);
    const script = { ...usual, askedNs, toldNs, ...this.#servingScript() };
    if (this.#isCalm || this.#chance(0.7)) return script;
    const reason = { kind: "exited", code: this.#random.below(2) } as const;
    if (this.#chance(0.8)) return { ...script, reason, lifeNs: this.#pick([1e5, 1e8, 9e9]) };
    const why = { code: "IMAGE_UNKNOWN", why: "it vanished", hint: "" } as const;
    return { ...script, refusal: { kind: "refused", ...why } };
  }

  #servingScript(): ProcessScript {
    if (!this.#isSpread) return {};
    const renewal = this.#pick(["kept", "kept", "kept", "reverted"] as const);
    return { renewal, leaveNs: this.#pick([1e9, 1e9, 30e9]) };
  }

  #failSomeone(): void {
    const all = this.scene.executors.running.flatMap((executor) =>
      [...executor.processes.keys()].map((life) => ({ executor, life })),
    );
    if (all.length === 0) return;
    const { executor, life } = this.#pick(all);
    executor.end(life, { kind: "exited", code: this.#random.below(3) });
  }

  #loseExecutor(): void {
    const { running } = this.scene.executors;
    if (running.length > 0) this.#pick(running).lose("chance", this.#pick([0, 0, 1, 5]));
  }

  #ask(): void {
    for (const executor of this.scene.executors.running) executor.isSilent = this.#chance(0.3);
    void this.scene.control.signals();
  }

  /** For some seconds executors are busy with this and that. */
  #tellLoad(): void {
    const part = this.#pick([0, 0.3, 1, 1]);
    for (let seconds = this.#random.below(6); seconds > 0; seconds--) {
      for (const executor of this.scene.executors.running) {
        const parts = [...executor.processes.keys()].map((life) => [life, part] as const);
        executor.say({ kind: "load", report: { busyPart: part, parts } });
      }
      this.scene.pass(second);
    }
  }

  /** Something an operator wants, on a disk that may be full or its machine about to end. */
  #operate(deed: () => void): void {
    const { disk } = this.scene;
    disk.isFull = !this.#isEnding && this.#chance(0.1);
    if (!disk.isFull && this.#chance(0.03)) {
      this.#isEnding = true;
      disk.endInNextWrite(this.#pick(["kept", "lost"]));
    }
    const before = this.#stateOfDisk();
    const orderCount = this.#orderCount();
    this.#witness.isOperated();
    try {
      deed();
    } catch (error) {
      if (error instanceof MachineEnded) {
        // Whether the write was kept is for the next daemon to find out.
        this.#isEnding = false;
        this.#reboot();
        return this.#noteKept();
      }
      const isExpected = ["STATE_NOT_WRITABLE", "CHILD_UNKNOWN", "APP_UNKNOWN"] as const;
      if (!isExpected.some((each) => code(each)(error))) throw error;
      assert(this.#stateOfDisk() === before, "what is refused is not kept");
      assert(this.#orderCount() === orderCount, "what is refused has no effect");
    } finally {
      disk.isFull = false;
    }
    this.#noteKept();
  }

  #deploy(): void {
    const { control } = this.scene;
    const app = this.#pick(apps);
    const texts: AppTexts = drawApp(this.#random, app, { isSpread: this.#isSpread });
    const base = this.#pick(["/x", "/x", "/y"]);
    const request = this.scene.request(texts, {
      base,
      images: { "a.wasm": this.#pick(["1", "2"]) },
    });
    const plan = control.plan(request);
    const answer = control.deploy(request);
    assert(JSON.stringify(answer.plan) === JSON.stringify(plan), "what was planned is done");
    assert(control.plan(request).isEmpty, "what was deployed needs no more");
  }

  #command(): void {
    const { control } = this.scene;
    const path = this.#pick([...this.#witness.paths, "shop", "bank"]);
    const app = path.split("/")[0] ?? "";
    const deeds = [
      () => control.end(path),
      () => control.restart(path),
      () => control.restart(path),
      () => control.restart(app),
      () => control.scale(app, this.#pick(["a", "b", "c"]), this.#random.below(4)),
      () => (this.#chance(0.3) ? control.remove(app) : undefined),
    ];
    this.#pick(deeds)();
  }

  #reboot(): void {
    this.scene.reboot();
    this.#witness.beginAgain();
  }

  #noteKept(): void {
    this.#kept.clear();
    for (const { key, value } of this.scene.disk.open().list("app/")) this.#kept.set(key, value);
  }

  #checkKept(): void {
    const kept = this.scene.disk.open().list("app/");
    assert(kept.length === this.#kept.size, "only operators change what is wanted");
  }

  #stateOfDisk(): string {
    return JSON.stringify(this.scene.disk.open().list(""));
  }

  #orderCount(): number {
    return this.scene.executors.started.reduce((sum, { orders }) => sum + orders.length, 0);
  }

  #isRefusedWith(wanted: Parameters<typeof code>[0], deed: () => void): boolean {
    try {
      deed();
      return false;
    } catch (error) {
      return code(wanted)(error);
    }
  }

  #chance(part: number): boolean {
    return this.#random.next() / 2 ** 32 < part;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)] as T;
  }
}
