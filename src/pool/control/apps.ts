import type { Clock, Turns } from "#core/host";
import { type Epoch, RestartShare } from "#core/supervise";
import { type ExitReason, PlatformError } from "#core/sys";
import type { EventView } from "#pool/api";
import {
  type DesiredApp,
  directoriesIn,
  type Secrets,
  servedRoutesOf,
} from "#pool/control/desired";
import type { Wanted } from "#pool/control/wants";
import { type FamilyEvent, joinReach, reachOf, type SummonsEvent } from "#pool/control/executors";
import { Spread } from "#pool/control/spread";
import { Summoner } from "#pool/control/summons";
import {
  noUsage,
  type Calendar,
  type CrashRecord,
  type ExecutorHost,
  type Life,
  type Logs,
  type ProcessEnd,
  type ExecutorReach,
  type Store,
} from "#pool/host";
import type { Canary } from "#pool/renewal";
import { App, type AppHands } from "./app.ts";
import { crashEvent, type Crashes } from "./crashes.ts";
import type { EventLog } from "./event-log.ts";
import { followFamily } from "./family-events.ts";
import type { LiveProcess, Wish } from "./live-process.ts";
import { processOrder } from "./process-order.ts";

export interface AppsPorts {
  readonly clock: Clock;
  /** The time of day, ISO 8601 in UTC. */
  readonly timeOfDay: () => string;
  /** The same in milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  readonly executors: ExecutorHost;
  readonly executorsMax: number;
  readonly store: Store;
  /** Of queues. */
  readonly logs: Logs;
  readonly calendar: Calendar;
  /** A bug of ours showed in work that nobody waits for. */
  readonly failed: (error: unknown) => void;
}

/** What is kept beside the apps. */
export interface AppsKeepers {
  readonly secrets: Secrets;
  readonly crashes: Crashes;
  readonly log: EventLog;
  /** Keeps what is wanted; answers the revision. Throws `STATE_NOT_WRITABLE`. */
  readonly keep: (desired: DesiredApp) => number;
}

/**
 * The apps of a machine and what runs their processes. Everything that happens is one step: what a
 * tree wants because of it is done before the step ends, and what was ordered is sent at its end.
 */
export class Apps {
  readonly executors: Spread;
  readonly summoner: Summoner;
  readonly #ports: AppsPorts;
  readonly #secrets: Secrets;
  readonly #crashes: Crashes;
  readonly #log: EventLog;
  readonly #apps = new Map<string, App>();
  /** What is to follow an app that is being removed, under its name. */
  readonly #next = new Map<string, Wanted>();
  readonly #appOf = new Map<Life, { readonly app: App; readonly epoch: Epoch }>();
  readonly #hands: AppHands;
  /** Ends of processes of which no executor is going to tell. */
  readonly #untoldEnds: { readonly life: Life; readonly reason: ExitReason }[] = [];
  readonly #whenOver: (() => void)[] = [];
  #stepDepth = 0;
  #lastLife = 0;
  #isClosing = false;
  #cancelAlarm: (() => void) | undefined;

  constructor(ports: AppsPorts, { secrets, crashes, log, keep }: AppsKeepers) {
    const { clock, turns, chance, executors: host, executorsMax } = ports;
    this.#ports = ports;
    this.#secrets = secrets;
    this.#crashes = crashes;
    this.#log = log;
    const nextLife = (): Life => this.#nextLife();
    const reach = (): ExecutorReach => this.#reach();
    const served = (): ReadonlyMap<string, readonly string[]> =>
      new Map([...this.allWanted()].flatMap(servedRoutesOf));
    this.executors = new Spread(
      { host, clock, turns, chance, executorsMax, nextLife, reach, served },
      {
        step: (happen) => this.step(happen),
        started: (lives) => this.#started(lives),
        ended: (ends) => this.#ended(ends),
        asked: (event) => this.#asked(event),
        served: (event) => this.#appOf.get(event.life)?.app.served(event),
        summoned: (event) => this.#summoned(event),
        posted: (...what) => this.summoner.posted(...what),
        lost: (...what) => this.#lost(...what),
        shared: (life) => this.#shared(life),
        unshared: (share) => this.summoner.gone(share),
        spread: (life, text) => this.#spread(life, text),
        crashed: (crash) => this.#crashed(crash),
        executorStarted: (slot, pid) =>
          this.happened({ kind: "executor-started", text: `executor ${slot}, process ${pid}` }),
      },
    );
    this.summoner = new Summoner({
      ...ports,
      step: (happen) => this.step(happen),
      summon: (life, summons) => this.executors.tell(life, { kind: "summon", life, summons }),
      backlog: (life, backlog) => this.executors.tell(life, { kind: "backlog", life, backlog }),
      happened: (event) => this.happened(event),
    });
    this.#hands = {
      nowNs: () => clock.monotonicNs(),
      chance,
      share: new RestartShare(),
      start: (app, wish) => this.#start(app, wish),
      renew: (app, process, canary) => this.#renew(app, process, canary),
      promote: (life) => this.executors.promote(life),
      keep: (desired) => this.#keep(desired, keep),
      timeOfDay: ports.timeOfDay,
      ask: (life, graceNs) => {
        if (!this.executors.ask(life, graceNs)) this.#neverWas(life);
      },
      end: (life, who) => {
        if (!this.executors.end(life, who)) this.#neverWas(life);
      },
      notify: (life, notice) => this.executors.tell(life, { kind: "notice", life, notice }),
      happened: (event) => this.happened(event),
      over: (app) => this.#over(app),
    };
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** By name, those that are being removed among them. */
  get all(): readonly App[] {
    return [...this.#apps.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The app of a name that runs or is ending, also when it has been removed. */
  get(name: string): App | undefined {
    return this.#apps.get(name);
  }

  /** What is wanted under a name: of one that was removed, what is to follow it. */
  wanted(name: string): DesiredApp | undefined {
    const app = this.#apps.get(name);
    return app?.isRemoved === true ? this.#next.get(name)?.desired : app?.desired;
  }

  /** Everything that is wanted, whatever still has to end for it. */
  *allWanted(): Generator<DesiredApp> {
    for (const name of this.#apps.keys()) {
      const desired = this.wanted(name);
      if (desired !== undefined) yield desired;
    }
  }

  open(all: readonly Wanted[]): void {
    this.step(() => {
      const apps = all.map((wanted) => this.#add(wanted));
      this.executors.open();
      for (const app of apps) app.begin();
    });
  }

  /** Ends all processes in their order, and then the executors. Nothing starts any more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.summoner.close();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenOver.push(resolve);
    this.step(() => {
      for (const app of this.#apps.values()) if (!app.hasEnded) app.end(app.name);
    });
    await promise;
    this.#cancelAlarm?.();
    this.executors.close();
    await this.summoner.settled();
  }

  become(wanted: Wanted): void {
    const { app: name } = wanted.desired.manifest;
    const app = this.#apps.get(name);
    if (app === undefined) this.#begin(wanted);
    else if (app.isRemoved) this.#next.set(name, wanted);
    else {
      app.become(wanted);
      this.summoner.become(name, wanted.desired.manifest);
      for (const epoch of app.live.keys()) this.#up(app, epoch);
    }
  }

  remove(name: string): void {
    this.#next.delete(name);
    const app = this.#apps.get(name);
    if (app?.isRemoved !== false) return;
    this.summoner.become(name, undefined);
    app.remove();
  }

  happened(event: Omit<EventView, "position" | "at">): void {
    this.#log.add({ at: this.#ports.timeOfDay(), ...event });
  }

  /** Lets one thing happen with all that follows, sends what was ordered, sets the alarm. */
  step<T>(happen: () => T): T {
    this.#stepDepth += 1;
    try {
      return happen();
    } finally {
      if (this.#stepDepth === 1) this.#completeStep();
      this.#stepDepth -= 1;
      // What those who follow do when they are told are steps of their own.
      if (this.#stepDepth === 0) this.#log.deliver();
    }
  }

  #completeStep(): void {
    for (let end = this.#untoldEnds.shift(); end; end = this.#untoldEnds.shift()) {
      const place = this.#take(end.life);
      place?.app.ended(place.epoch, { reason: end.reason, usage: noUsage });
    }
    this.executors.flush();
    this.#setAlarm();
    if (!this.#isClosing || !this.all.every((app) => app.hasEnded)) return;
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
      this.step(() => {
        for (const app of this.all) app.due();
      }),
    );
    this.#cancelAlarm = () => timer.cancel();
  }

  #started(lives: readonly Life[]): void {
    for (const life of lives) {
      const place = this.#appOf.get(life);
      place?.app.started(place.epoch);
    }
  }

  #shared(life: Life): void {
    const place = this.#appOf.get(life);
    if (place !== undefined) this.#up(place.app, place.epoch);
  }

  #spread(life: Life, text: string): void {
    const { app, epoch } = this.#appOf.get(life) ?? {};
    const path = epoch === undefined ? undefined : app?.live.get(epoch)?.path;
    if (app === undefined || path === undefined) return;
    this.happened({ kind: "process-spread", app: app.name, path, text });
  }

  /** A process that messages or runs are for is up, or wanted otherwise than before. */
  #up(app: App, epoch: Epoch): void {
    const process = app.live.get(epoch);
    if (process?.runningNs === undefined || process.spec.given !== undefined) return;
    const spec = app.findSpec(process.spec.process);
    if (spec === undefined) return;
    const { life, path } = process;
    for (const place of this.executors.placesOf(life)) {
      this.summoner.up({ ...place, app: app.name, path, spec });
    }
  }

  #summoned(event: SummonsEvent): void {
    if (event.kind === "room") this.summoner.room(event.life, event.most);
    else this.summoner.ended(event.life, event.ends);
  }

  #ended(ends: readonly ProcessEnd[]): void {
    for (const { life, ...end } of ends) {
      const place = this.#take(life);
      place?.app.ended(place.epoch, end);
    }
  }

  #lost(lives: readonly Life[], slot: number, why: string): void {
    const text = `executor ${slot}: ${why}; it had ${lives.length} processes`;
    this.happened({ kind: "executor-lost", text, isFailure: true });
    const reason: ExitReason = { kind: "killed", by: { who: `the end of executor ${slot}` } };
    for (const life of lives) {
      const place = this.#take(life);
      place?.app.ended(place.epoch, { reason, isBlameless: true });
    }
  }

  /** A program asks something about children of its own. */
  #asked(event: FamilyEvent): void {
    const place = this.#appOf.get(event.life);
    if (place === undefined) return;
    const answer = followFamily(place, event);
    if (answer !== undefined) this.executors.tell(event.life, answer);
  }

  #crashed(crash: CrashRecord): void {
    if (this.#crashes.add(crash, this.#ports.timeOfDay())) this.happened(crashEvent(crash));
  }

  #start(app: App, wish: Wish): Life {
    const life = this.#nextLife();
    this.#appOf.set(life, { app, epoch: wish.epoch });
    try {
      const order = processOrder(app, wish, { life, secrets: this.#secrets });
      this.executors.start(order, reachOf(order.directories));
    } catch (cause) {
      if (!(cause instanceof PlatformError)) throw cause;
      const { code, message: why, hint } = cause;
      this.#untoldEnds.push({ life, reason: { kind: "refused", code, why, hint } });
    }
    return life;
  }

  #nextLife(): Life {
    this.#lastLife += 1;
    return this.#lastLife as Life;
  }

  /** What cannot be had beside what runs is started anew. */
  #renew(app: App, process: LiveProcess, canary: Canary | undefined): void {
    const { life, path } = process;
    const order = processOrder(app, process, { life, canary, secrets: this.#secrets });
    if (!this.executors.renew(order, reachOf(order.directories))) app.restart(path);
  }

  /** What cannot be kept holds until the daemon ends, which is better than nothing. */
  #keep(desired: DesiredApp, keep: AppsKeepers["keep"]): number | undefined {
    try {
      return keep(desired);
    } catch (cause) {
      if (!(cause instanceof PlatformError)) throw cause;
      const { app } = desired.manifest;
      this.happened({ kind: "state-unwritten", app, text: cause.message, isFailure: true });
      return undefined;
    }
  }

  /** Its end was wanted before an executor heard of it. */
  #neverWas(life: Life): void {
    const reason: ExitReason = { kind: "killed", by: { who: "noos, before it was started" } };
    this.#untoldEnds.push({ life, reason });
  }

  /** Nothing of an app is left: it may have been removed for another of its name. */
  #over(app: App): void {
    this.#apps.delete(app.name);
    const next = this.#next.get(app.name);
    this.#next.delete(app.name);
    if (next !== undefined && !this.#isClosing) this.#begin(next);
  }

  #begin(wanted: Wanted): void {
    this.#add(wanted).begin();
  }

  #add({ desired, revision }: Wanted): App {
    const app = new App(desired, revision, this.#hands);
    this.summoner.become(app.name, desired.manifest);
    this.#apps.set(app.name, app);
    return app;
  }

  /** What the processes of all apps may reach. */
  #reach(): ExecutorReach {
    const all = [...this.#apps.values()].map(({ desired }) => reachOf(directoriesIn(desired)));
    return all.reduce(joinReach, { readable: [], writable: [] });
  }

  #take(life: Life): { readonly app: App; readonly epoch: Epoch } | undefined {
    const place = this.#appOf.get(life);
    this.#appOf.delete(life);
    this.summoner.gone(life);
    return place;
  }
}
