import { PlatformError } from "#core/sys";
import type {
  CrashView,
  DeployAnswer,
  DeployRequest,
  EventView,
  Management,
  OutputView,
  PlanView,
  ProcessView,
  RehearsalRequest,
  SecretView,
  SpecSignals,
  StatusView,
  WhyView,
} from "#pool/api";
import type {
  PeekRange,
  QueuedMessage,
  QueueStanding,
  QueueView,
  SentMessage,
  ScheduleView,
} from "#pool/api/queued";
import {
  carryHolds,
  decodeDesired,
  type DesiredApp,
  encodeDesired,
  keys,
  type Present,
  readRequest,
  readScale,
  rebuiltIn,
  refuseOwnFolder,
  refuseTakenRoutes,
  tcpRoutesOf,
  Secrets,
  write,
} from "#pool/control/desired";
import type { Addresses, CrashShelf, Life, Seal } from "#pool/host";
import type { Canary, RehearsalReport } from "#pool/renewal";
import { TcpDoors } from "#pool/control/executors";
import { planChanges } from "#pool/manifest/plan";
import type { App } from "./app.ts";
import { Apps, type AppsPorts } from "./apps.ts";
import { Crashes } from "./crashes.ts";
import { EventLog } from "./event-log.ts";
import { outgoingOf, type Queues } from "#pool/control/summons";
import { outputView } from "./output-view.ts";
import { beyondReach, notServing, rehearsedBuild, reportOf } from "#pool/control/rehearsal";
import { processOrder } from "./process-order.ts";
import { appStatus, planView, processViews, specSignals } from "./views.ts";

export interface ControlPorts extends AppsPorts, Present {
  readonly seal: Seal;
  readonly crashes: CrashShelf;
  readonly addresses: Addresses;
  /** Tells this daemon's events from those of any other. */
  readonly origin: string;
  /** What only the daemon's OS process knows of itself. */
  readonly self: () => Pick<
    StatusView,
    "version" | "pid" | "dataFolder" | "http" | "https" | "certificateSecondsLeft" | "memoryBytes"
  >;
}

/**
 * Keeps what is wanted of one machine and has it done. What it is asked is checked first, then it
 * is kept, and only then acted on; so a refusal or a full disk leaves everything as it was.
 */
export class Control implements Management {
  readonly #ports: ControlPorts;
  readonly #apps: Apps;
  readonly #secrets: Secrets;
  readonly #crashes: Crashes;
  readonly #log: EventLog;
  readonly #doors: TcpDoors;
  readonly #startedNs: number;

  constructor(ports: ControlPorts) {
    this.#ports = ports;
    this.#startedNs = ports.clock.monotonicNs();
    this.#log = new EventLog(ports.origin);
    this.#secrets = new Secrets(ports.store, ports.seal);
    this.#crashes = new Crashes(ports.crashes);
    const [secrets, crashes, log] = [this.#secrets, this.#crashes, this.#log];
    this.#apps = new Apps(ports, { secrets, crashes, log, keep: (desired) => this.#keep(desired) });
    this.#doors = this.#tcpDoors();
  }

  #tcpDoors(): TcpDoors {
    const apps = this.#apps;
    const { addresses, turns } = this.#ports;
    return new TcpDoors({
      addresses,
      turns,
      wanted: () => [...apps.allWanted()].flatMap(tcpRoutesOf),
      accept: (routes) => apps.step(() => apps.executors.accept(routes)),
      failed: (route, text) =>
        apps.step(() =>
          apps.happened({ kind: "address-failed", text: `${route}: ${text}`, isFailure: true }),
        ),
    });
  }

  /** Brings back all that is wanted. */
  open(): void {
    const entries = this.#ports.store.list(keys.apps);
    const all = entries.map((entry) => ({
      desired: decodeDesired(entry),
      revision: entry.revision,
    }));
    // One step: an executor accepts for all that is wanted before it says that it is ready.
    this.#apps.step(() => {
      this.#apps.open(all);
      this.#doors.settle();
    });
  }

  /** Ends all processes in their order, and then the executors. What is wanted stays wanted. */
  async close(): Promise<void> {
    await this.#apps.close();
    this.#doors.close();
  }

  async status(): Promise<StatusView> {
    const { self, clock } = this.#ports;
    const queues = await this.#queues.views();
    return {
      ...self(),
      upNs: clock.monotonicNs() - this.#startedNs,
      executors: this.#apps.executors.views,
      apps: this.#apps.all.map(appStatus),
      queues,
      schedules: this.#apps.summoner.schedules.views(),
    };
  }

  plan(request: DeployRequest): PlanView {
    // Nothing is uploaded for a plan, of which nothing may come.
    const desired = this.#held(readRequest(request, { ...this.#ports, hasImage: () => true }));
    refuseOwnFolder(desired, this.#ports.self().dataFolder);
    return this.#planViewFor(desired);
  }

  deploy(request: DeployRequest): DeployAnswer {
    this.#expectOpen();
    const desired = this.#held(readRequest(request, this.#ports));
    refuseOwnFolder(desired, this.#ports.self().dataFolder);
    refuseTakenRoutes(desired, this.#apps.allWanted());
    this.#secrets.check(desired.manifest);
    const plan = this.#planViewFor(desired);
    this.#doors.expect(tcpRoutesOf(desired));
    try {
      return { plan, revision: this.#want(desired, plan, request.canary) };
    } catch (cause) {
      // What could not be kept is not wanted.
      this.#doors.settle();
      throw cause;
    }
  }

  /** Something of the machine happened that an operator wants to know. */
  happened(event: Pick<EventView, "kind" | "text" | "isFailure">): void {
    this.#apps.happened(event);
  }

  promote(name: string): void {
    this.#expectOpen();
    this.#expectWanted(name);
    const app = this.#apps.get(name);
    const count = this.#apps.step(() => app?.promote() ?? 0);
    if (count === 0) throw canaryNone(name);
  }

  remove(name: string): void {
    this.#expectOpen();
    this.#expectWanted(name);
    write(this.#ports.store, [{ key: keys.app(name), value: undefined }]);
    this.#apps.step(() => {
      this.#apps.happened({ kind: "app-removed", app: name });
      this.#apps.remove(name);
      this.#doors.settle();
    });
  }

  async processes(name?: string): Promise<readonly ProcessView[]> {
    if (name !== undefined && this.#apps.get(name) === undefined) throw appUnknown(name);
    const { executors } = this.#apps;
    const measured = await executors.measure();
    const nowNs = this.#ports.clock.monotonicNs();
    const slotsOf = (life: Life): readonly number[] => executors.slotsOf(life);
    const scheduleOf = (app: string, process: string): ScheduleView | undefined =>
      this.#apps.summoner.schedules.viewOf(app, process);
    const apps = this.#apps.all.filter((app) => name === undefined || app.name === name);
    return apps.flatMap((app) => processViews(app, { nowNs, measured, slotsOf, scheduleOf }));
  }

  end(path: string): void {
    this.#expectOpen();
    const app = this.#expectAppOf(path);
    this.#apps.step(() => app.end(path));
  }

  restart(path: string): void {
    this.#expectOpen();
    const app = this.#expectAppOf(path);
    this.#apps.step(() => app.restart(path));
  }

  scale(name: string, spec: string, count: number): void {
    this.#expectOpen();
    const desired = this.#expectWanted(name);
    const scaled = { ...desired, manifest: readScale(desired.manifest, spec, count) };
    this.#want(scaled, this.#planViewFor(scaled));
  }

  async output(path: string, after?: number): Promise<OutputView> {
    const app = this.#apps.get(appNameOf(path));
    if (app === undefined) throw appUnknown(appNameOf(path));
    const life = app.lifeAt(path);
    const written = await this.#apps.executors.readOutput(path, life, after);
    return outputView(path, written, after);
  }

  async why(path: string): Promise<WhyView> {
    const app = this.#apps.get(appNameOf(path));
    if (app === undefined) throw appUnknown(appNameOf(path));
    const life = app.lifeAt(path);
    const findings = life === undefined ? undefined : await this.#apps.executors.explain(life);
    return { path, isServing: findings !== undefined, findings: findings ?? [] };
  }

  async rehearse(path: string, request: RehearsalRequest): Promise<RehearsalReport> {
    this.#expectOpen();
    const app = this.#expectAppOf(path);
    const life = app.lifeAt(path);
    const process = app.live.values().find((each) => each.life === life);
    const spec = process && app.findSpec(process.spec.process);
    if (process === undefined || spec?.serve === undefined) throw notServing(path);
    const { dataFolder } = this.#ports.self();
    const whose = { path, app: app.name, spec: spec.name, dataFolder };
    const running = app.buildOf(spec.name);
    const build = rehearsedBuild(request, { ...whose, build: running }, this.#ports);
    const secrets = this.#secrets;
    const order = processOrder(app, process, { life: process.life, build, secrets });
    const { executors } = this.#apps;
    // Aside, directories are only read.
    const reach = { readable: order.directories.map(({ host }) => host), writable: [] };
    if (!executors.isReached(order.life, reach)) throw beyondReach(path);
    return reportOf(path, await executors.rehearse(order));
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
    this.#secrets.set({ app, name, value, setAt: this.#ports.timeOfDay() });
  }

  secrets(app?: string): readonly SecretView[] {
    return this.#secrets.list(app);
  }

  removeSecret(app: string, name: string): void {
    this.#secrets.remove(app, name);
  }

  async signals(): Promise<readonly SpecSignals[]> {
    const measured = await this.#apps.executors.measure();
    return this.#apps.all.flatMap((app) => specSignals(app, measured));
  }

  queues(app?: string): Promise<readonly QueueView[]> {
    return this.#queues.views(app);
  }

  messages(app: string, queue: string, range: PeekRange): Promise<readonly QueuedMessage[]> {
    return this.#queues.peek(app, queue, range);
  }

  async sendMessage(app: string, queue: string, message: SentMessage): Promise<number> {
    this.#expectOpen();
    return await this.#queues.sendByHand(app, queue, outgoingOf(message));
  }

  redrive(app: string, queue: string, ids?: readonly number[]): Promise<number> {
    return this.#queues.redrive(app, queue, ids);
  }

  purge(app: string, queue: string, standing: QueueStanding | "all"): Promise<number> {
    return this.#queues.purge(app, queue, standing);
  }

  replayMessages(
    app: string,
    queue: string,
    range: { readonly from: number; readonly to?: number },
  ): Promise<number> {
    return this.#queues.replay(app, queue, range);
  }

  get #queues(): Queues {
    return this.#apps.summoner.queues;
  }

  crashes(): readonly CrashView[] {
    return this.#crashes.list();
  }

  /** Keeps what is wanted, and then has it so. */
  #want(desired: DesiredApp, { text }: PlanView, canary?: Canary): number {
    const { app: name } = desired.manifest;
    const revision = this.#keep(desired);
    this.#apps.step(() => {
      this.#apps.happened({ kind: "app-deployed", app: name, text: text.split("\n")[0] ?? "" });
      this.#apps.become({ desired, revision, canary });
      // In the same step: who hears that it is up can connect.
      this.#doors.settle();
    });
    return revision;
  }

  #keep(desired: DesiredApp): number {
    return write(this.#ports.store, [encodeDesired(desired.manifest.app, desired)]);
  }

  /** What was reverted stays so, as long as that is what is wanted. */
  #held(desired: DesiredApp): DesiredApp {
    return carryHolds(this.#apps.wanted(desired.manifest.app), desired);
  }

  #planViewFor(desired: DesiredApp): PlanView {
    const before = this.#apps.wanted(desired.manifest.app);
    const rebuilt = before === undefined ? new Set<string>() : rebuiltIn(before, desired);
    const plan = planChanges(before?.manifest, desired.manifest, { rebuilt });
    return planView(plan, before, desired);
  }

  #expectOpen(): void {
    if (!this.#apps.isClosing) return;
    throw new PlatformError("noos is going down here, and changes nothing any more", {
      code: "DAEMON_UNREACHABLE",
      hint: "start it again with `noos up`",
    });
  }

  #expectWanted(name: string): DesiredApp {
    const desired = this.#apps.wanted(name);
    if (desired === undefined) throw appUnknown(name);
    return desired;
  }

  #expectAppOf(path: string): App {
    const name = appNameOf(path);
    const app = this.#apps.get(name);
    if (app === undefined || app.isRemoved) throw appUnknown(name);
    return app;
  }
}

function appNameOf(path: string): string {
  return path.split("/")[0] ?? "";
}

function canaryNone(name: string): PlatformError {
  return new PlatformError(`"${name}" has no canary that could be promoted`, {
    code: "CANARY_UNKNOWN",
    hint: "`noos deploy --canary 5%` starts one",
  });
}

function appUnknown(name: string): PlatformError {
  return new PlatformError(`there is no app called "${name}"`, {
    code: "APP_UNKNOWN",
    hint: "`noos ps` lists those that are",
  });
}
