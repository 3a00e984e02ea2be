import type { Clock, Turns } from "#core/host";
import { type Epoch, RestartShare } from "#core/supervise";
import { type ExitReason, PlatformError } from "#core/sys";
import type {
  CrashView,
  DeployAnswer,
  DeployRequest,
  EventView,
  Management,
  OutputView,
  PlanView,
  ProcessView,
  SecretView,
  SpecSignals,
  StatusView,
} from "#pool/api";
import type { CrashRecord, ExecutorHost, Life, ProcessEnd, Seal, Store } from "#pool/host";
import { App, type AppHands, type Wish } from "./app.ts";
import { crashEvent, Crashes } from "./crashes.ts";
import { decodeDesired, type DesiredApp, encodeDesired, keys } from "./desired.ts";
import { EventLog } from "./event-log.ts";
import { Executors } from "./executors.ts";
import { type FamilyEvent, followFamily } from "./family-events.ts";
import { readRequest, readScale } from "./requests.ts";
import { directoriesOf, orderOf } from "./orders.ts";
import { joinReach, reachOf } from "./reach.ts";
import { Secrets } from "./secrets.ts";
import { appStatus, planView, processViews, specSignals } from "./views.ts";
import { type Plan, planChanges } from "#pool/manifest/plan";
import { rebuiltIn } from "./rebuilt.ts";
import { write } from "./write.ts";

export interface ControlPorts {
  readonly clock: Clock;
  /** The time of day, ISO 8601 in UTC. */
  readonly timeOfDay: () => string;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  readonly store: Store;
  readonly seal: Seal;
  readonly executors: ExecutorHost;
  readonly executorsMax: number;
  readonly hasImage: (digest: string) => boolean;
  /** Removes the recording of a crash. */
  readonly removeCrash: (id: string) => void;
  /** Tells this daemon's events from those of any other. */
  readonly origin: string;
  /** What only the daemon's OS process knows of itself. */
  readonly self: () => Pick<StatusView, "version" | "pid" | "dataFolder" | "memoryBytes">;
}

/**
 * Keeps what is wanted of one machine and has it done: apps, their trees, and the executors that
 * run their processes. Everything that happens is one step: what a tree wants because of it is
 * done before the step ends, and what was ordered is sent at its end.
 */
export class Control implements Management {
  readonly #ports: ControlPorts;
  readonly #apps = new Map<string, App>();
  /** What is to follow an app that is being removed, under its name. */
  readonly #next = new Map<string, DesiredApp & { readonly revision: number }>();
  readonly #appOf = new Map<Life, { readonly app: App; readonly epoch: Epoch }>();
  readonly #executors: Executors;
  readonly #secrets: Secrets;
  readonly #crashes: Crashes;
  readonly #log: EventLog;
  readonly #hands: AppHands;
  readonly #startedNs: number;
  /** Reasons why processes that were ordered could not even be sent for. */
  readonly #failures: { readonly life: Life; readonly reason: ExitReason }[] = [];
  readonly #whenOver: (() => void)[] = [];
  #stepDepth = 0;
  #lastLife = 0;
  #isClosing = false;
  #cancelAlarm: (() => void) | undefined;

  constructor(ports: ControlPorts) {
    const { clock, turns, chance, store, seal, executors: host, executorsMax, origin } = ports;
    this.#ports = ports;
    this.#startedNs = clock.monotonicNs();
    this.#log = new EventLog(origin);
    this.#secrets = new Secrets(store, seal);
    this.#crashes = new Crashes(store, ports.removeCrash);
    this.#executors = new Executors(
      { host, clock, turns, chance, executorsMax },
      {
        started: (lives) => this.#step(() => this.#started(lives)),
        ended: (ends) => this.#step(() => this.#ended(ends)),
        asked: (event) => this.#step(() => this.#asked(event)),
        lost: (...what) => this.#step(() => this.#lost(...what)),
        crashed: (crash) => this.#crashed(crash),
        executorStarted: (slot, pid) =>
          this.#happened({ kind: "executor-started", text: `executor ${slot}, process ${pid}` }),
      },
    );
    this.#hands = {
      nowNs: () => clock.monotonicNs(),
      chance,
      share: new RestartShare(),
      start: (app, wish) => this.#start(app, wish),
      ask: (life, graceNs) => this.#executors.ask(life, graceNs),
      end: (life, who) => this.#executors.end(life, who),
      notify: (life, notice) => this.#executors.tell(life, { kind: "notice", life, notice }),
      happened: (event) => this.#happened(event),
      over: (app) => this.#over(app),
    };
  }

  /** Brings back all that is wanted. */
  open(): void {
    this.#step(() => {
      const wanted = this.#ports.store.list(keys.apps);
      const all = wanted.map((entry) => ({ desired: decodeDesired(entry), entry }));
      const reach = all.map(({ desired }) => reachOfApp(desired));
      this.#executors.open(reach.reduce(joinReach, { readable: [], writable: [] }));
      for (const { desired, entry } of all) this.#begin(desired, entry.revision);
    });
  }

  /** Ends all processes in their order, and then the executors. What is wanted stays wanted. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenOver.push(resolve);
    this.#step(() => {
      for (const app of this.#apps.values()) if (!app.hasEnded) app.end(app.name);
    });
    await promise;
    this.#executors.close();
  }

  // --- what can be asked -------------------------------------------------------------------

  status(): Promise<StatusView> {
    const { self, clock } = this.#ports;
    return Promise.resolve({
      ...self(),
      upNs: clock.monotonicNs() - this.#startedNs,
      executors: this.#executors.views,
      apps: [...this.#apps.values()].map((app) => appStatus(app)),
    });
  }

  plan(request: DeployRequest): PlanView {
    const desired = readRequest(request, this.#ports.hasImage);
    return planView(this.#planFor(desired));
  }

  deploy(request: DeployRequest): DeployAnswer {
    const desired = readRequest(request, this.#ports.hasImage);
    this.#secrets.check(desired.manifest);
    const { app: name } = desired.manifest;
    const plan = planView(this.#planFor(desired));
    const revision = write(this.#ports.store, [encodeDesired(name, desired)]);
    this.#step(() => {
      this.#happened({ kind: "app-deployed", app: name, text: plan.text.split("\n")[0] ?? "" });
      this.#become(desired, revision);
    });
    return { plan, revision };
  }

  remove(name: string): void {
    const app = this.#expect(name);
    write(this.#ports.store, [{ key: keys.app(name), value: undefined }]);
    this.#step(() => {
      this.#happened({ kind: "app-removed", app: name });
      this.#next.delete(name);
      app.remove();
    });
  }

  async processes(name?: string): Promise<readonly ProcessView[]> {
    if (name !== undefined) this.#expect(name);
    const usage = await this.#executors.measure();
    const measured = {
      nowNs: this.#ports.clock.monotonicNs(),
      usage,
      slotOf: (life: Life) => this.#executors.slotOf(life),
    };
    const apps = [...this.#apps.values()].filter((app) => name === undefined || app.name === name);
    return apps.flatMap((app) => processViews(app, measured));
  }

  end(path: string): void {
    const app = this.#expectAppOf(path);
    this.#step(() => app.end(path));
  }

  restart(path: string): void {
    const app = this.#expectAppOf(path);
    this.#step(() => app.restart(path));
  }

  scale(name: string, spec: string, count: number): void {
    const { desired } = this.#expect(name);
    const scaled = { ...desired, manifest: readScale(desired.manifest, spec, count) };
    const revision = write(this.#ports.store, [encodeDesired(name, scaled)]);
    this.#step(() => this.#become(scaled, revision));
  }

  async output(path: string): Promise<OutputView> {
    this.#expectAppOf(path);
    const { bytes, endBytes } = await this.#executors.readOutput(path);
    const text = new TextDecoder().decode(bytes);
    return { path, text, endBytes, startBytes: endBytes - bytes.length };
  }

  position(): string {
    return this.#log.position;
  }

  events(after?: string, max?: number): readonly EventView[] {
    return this.#log.after(after, max);
  }

  follow(next: (event: EventView) => void): () => void {
    return this.#log.follow(next);
  }

  setSecret(app: string, name: string, value: string): void {
    this.#secrets.set(app, name, value, this.#now());
  }

  secrets(app?: string): readonly SecretView[] {
    return this.#secrets.list(app);
  }

  removeSecret(app: string, name: string): void {
    this.#secrets.remove(app, name);
  }

  async signals(): Promise<readonly SpecSignals[]> {
    const usage = await this.#executors.measure();
    return [...this.#apps.values()].flatMap((app) => specSignals(app, { usage }));
  }

  crashes(): readonly CrashView[] {
    return this.#crashes.list();
  }

  // --- what happens ------------------------------------------------------------------------

  #started(lives: readonly Life[]): void {
    for (const life of lives) {
      const place = this.#appOf.get(life);
      place?.app.started(place.epoch);
    }
  }

  #ended(ends: readonly ProcessEnd[]): void {
    for (const { life, reason, usage } of ends) {
      const place = this.#take(life);
      if (place === undefined) continue;
      const { app, epoch } = place;
      const process = app.live.get(epoch);
      if (process !== undefined) app.tally(process.spec.process).ended(reason, usage);
      app.ended(epoch, { reason, cpuNs: usage.cpuNs });
    }
  }

  #lost(lives: readonly Life[], slot: number, why: string): void {
    const text = `executor ${slot}: ${why}; ${lives.length} processes are started again`;
    this.#happened({ kind: "executor-lost", text, isFailure: true });
    const reason: ExitReason = { kind: "killed", by: { who: `the end of executor ${slot}` } };
    for (const life of lives) {
      const place = this.#take(life);
      place?.app.ended(place.epoch, { reason, cpuNs: 0 });
    }
  }

  /** A program asks something about children of its own. */
  #asked(event: FamilyEvent): void {
    const place = this.#appOf.get(event.life);
    if (place === undefined) return;
    const answer = followFamily(place, event);
    if (answer !== undefined) this.#executors.tell(event.life, answer);
  }

  #start(app: App, { epoch, path, spec, parent }: Wish): Life {
    this.#lastLife += 1;
    const life = this.#lastLife as Life;
    this.#appOf.set(life, { app, epoch });
    const { desired, name } = app;
    try {
      const secret = (secretName: string): string => this.#secrets.get(name, secretName);
      const whose = { life, path, secret, given: spec.given, parent: parent?.life };
      const order = orderOf(desired, app.specOf(spec.process), whose);
      this.#executors.start(order, reachOf(order.directories));
    } catch (cause) {
      if (!(cause instanceof PlatformError)) throw cause;
      const { code, message: why, hint } = cause;
      this.#failures.push({ life, reason: { kind: "refused", code, why, hint } });
    }
    return life;
  }

  #crashed(crash: CrashRecord): void {
    if (this.#crashes.add(crash, this.#now())) this.#happened(crashEvent(crash));
  }

  /** Nothing of an app is left: it may have been removed for another of its name. */
  #over(app: App): void {
    this.#apps.delete(app.name);
    const next = this.#next.get(app.name);
    this.#next.delete(app.name);
    if (next !== undefined) this.#begin(next, next.revision);
  }

  #begin(desired: DesiredApp, revision: number): void {
    const app = new App(desired, revision, this.#hands);
    this.#apps.set(app.name, app);
    app.begin();
  }

  #become(desired: DesiredApp, revision: number): void {
    const app = this.#apps.get(desired.manifest.app);
    if (app === undefined) this.#begin(desired, revision);
    else if (app.isRemoved) this.#next.set(app.name, { ...desired, revision });
    else app.become(desired, revision);
  }

  #take(life: Life): { readonly app: App; readonly epoch: Epoch } | undefined {
    const place = this.#appOf.get(life);
    this.#appOf.delete(life);
    return place;
  }

  /** Lets one thing happen with all that follows, sends what was ordered, sets the alarm. */
  #step<T>(happen: () => T): T {
    this.#stepDepth += 1;
    try {
      return happen();
    } finally {
      this.#stepDepth -= 1;
      if (this.#stepDepth === 0) this.#completeStep();
    }
  }

  #completeStep(): void {
    this.#stepDepth += 1;
    for (let failed = this.#failures.shift(); failed; failed = this.#failures.shift()) {
      const place = this.#take(failed.life);
      place?.app.ended(place.epoch, { reason: failed.reason, cpuNs: 0 });
    }
    this.#stepDepth -= 1;
    this.#executors.flush();
    this.#setAlarm();
    if (!this.#isClosing || ![...this.#apps.values()].every((app) => app.hasEnded)) return;
    for (const resolve of this.#whenOver.splice(0)) resolve();
  }

  #setAlarm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
    let dueNs = Infinity;
    for (const app of this.#apps.values()) dueNs = Math.min(dueNs, app.nextDueNs);
    if (dueNs === Infinity) return;
    const { clock, turns } = this.#ports;
    const timer = turns.after(Math.max(0, dueNs - clock.monotonicNs()), () =>
      this.#step(() => {
        for (const app of this.#apps.values()) app.due();
      }),
    );
    this.#cancelAlarm = () => timer.cancel();
  }

  #happened(event: Omit<EventView, "position" | "at">): void {
    this.#log.add({ at: this.#now(), ...event });
  }

  #now(): string {
    return this.#ports.timeOfDay();
  }

  #planFor(desired: DesiredApp): Plan {
    const app = this.#apps.get(desired.manifest.app);
    const before = app?.isRemoved === true ? undefined : app?.desired;
    const rebuilt = before === undefined ? new Set<string>() : rebuiltIn(before, desired);
    return planChanges(before?.manifest, desired.manifest, { rebuilt });
  }

  #expect(name: string): App {
    const app = this.#apps.get(name);
    if (app !== undefined && !app.isRemoved) return app;
    throw new PlatformError(`there is no app called "${name}"`, {
      code: "APP_UNKNOWN",
      hint: "`noos ps` lists those that are",
    });
  }

  #expectAppOf(path: string): App {
    return this.#expect(path.split("/")[0] ?? "");
  }
}

function reachOfApp({ manifest, base }: DesiredApp): ReturnType<typeof reachOf> {
  return reachOf(manifest.processes.flatMap((spec) => directoriesOf(spec.uses, base)));
}
