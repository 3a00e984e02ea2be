import {
  closeDirectories,
  endedBy,
  type Grants,
  openDirectories,
  openGrants,
  opensLater,
  refusalBy,
  usageToTell,
} from "#app/executor/instance";
import type { Turns } from "#core/host";
import type { ExitRecord } from "#core/kernel";
import type { Program } from "#core/machine";
import { isHandler } from "#core/personality/noos-http";
import { canBeAsked, hasFamilyCalls } from "#core/personality/noos-process";
import type { ExitReason } from "#core/sys";
import type { Launcher, RunningProcess } from "#core/system";
import {
  type ExecutorEvent,
  type ExecutorOrder,
  type Life,
  type Measured,
  noUsage,
  type ProcessOrder,
  type ProcessUsage,
} from "#pool/host";
import type { FlightRecorder } from "#core/journal/flight";
import type { Flights } from "./flights.ts";
import { RemoteFamily } from "./remote-family.ts";
import type { Images, ReadyImage } from "./images.ts";
import { nothingToRehearse } from "./rehearsing.ts";
import type { Servings } from "./servings.ts";
import type { Tails } from "./tails.ts";
import type { UnlistedBook } from "#app/executor/unlisted";

/** Starts go on for so long at most before the processes that run have their turn. */
const startingNsMax = 4e6;

/**
 * One process, from its order to its end. Of the order only what is needed later is held: there
 * may be thousands, and each comes with texts of its own.
 */
class Inhabitant {
  readonly life: Life;
  readonly path: string;
  running: RunningProcess | undefined = undefined;
  recorder: FlightRecorder | undefined = undefined;
  /** Of a program that can start children, or be told anything. */
  family: RemoteFamily | undefined = undefined;
  canBeAsked = false;
  /** Somebody wanted its end before it ran. */
  endedBy: string | undefined = undefined;
  /** It was asked to end, or is ended. */
  isEndWanted = false;

  constructor({ life, path }: ProcessOrder) {
    this.life = life;
    this.path = path;
  }
}

/** One that is to be started. */
interface Newcomer {
  readonly inhabitant: Inhabitant;
  readonly order: ProcessOrder;
}

export interface PopulationPorts {
  readonly launcher: Launcher;
  readonly images: Pick<Images, "get">;
  readonly turns: Turns;
  readonly clock: { monotonicNs(): number };
  readonly flights: Pick<Flights, "recorder" | "ended">;
  readonly tails: Tails;
  /** What answers requests is there, with the instances that do. */
  readonly servings: Pick<
    Servings,
    "posted" | "start" | "get" | "measured" | "outletFor" | "elsewhere"
  >;
  /** Accepts raw connections for these routes, and no others. */
  readonly accept: (routes: readonly string[]) => void;
  readonly unlisted: Pick<UnlistedBook, "of" | "take">;
  /** Lets requests in. */
  readonly open: () => void;
  /** Tells the daemon. */
  readonly tell: (events: readonly ExecutorEvent[]) => void;
}

/** The processes of one executor, started and ended as the daemon says. */
export class Population {
  readonly #ports: PopulationPorts;
  readonly #inhabitants = new Map<Life, Inhabitant>();
  /** Ordered, and not begun with. */
  #queue: Newcomer[] = [];
  #isPumping = false;
  /** What the daemon is told at the end of this turn. */
  #untold: ExecutorEvent[] = [];

  constructor(ports: PopulationPorts) {
    this.#ports = ports;
  }

  /** Does what the daemon says; an order for a life that is over has no effect. */
  follow(orders: readonly ExecutorOrder[]): void {
    for (const order of orders) this.#followOne(order);
  }

  #followOne(order: ExecutorOrder): void {
    switch (order.kind) {
      case "start":
        return this.#startAll(order.processes);
      case "renew":
        return void this.#ports.servings.get(order.order.life)?.renew(order.order);
      case "summon":
        return this.#ports.servings.get(order.life)?.summoning.take(order.summons);
      case "backlog":
        return this.#ports.servings.get(order.life)?.summoning.waits(order.backlog);
      case "posted":
        return this.#ports.servings.posted(order.request, order.answer);
      case "promote":
        return this.#ports.servings.get(order.life)?.promote();
      case "leave":
        return this.#ports.servings.get(order.life)?.leave();
      case "ask":
        return this.#ask(order.life, order.graceNs);
      case "end":
        return this.#end(order.life, order.who);
      case "spawned":
        return this.#inhabitants.get(order.life)?.family?.answer(order.answer);
      case "notice":
        return this.#inhabitants.get(order.life)?.family?.notice(order.notice);
      case "elsewhere":
        return this.#ports.servings.elsewhere(order.served);
      case "accept":
        return this.#ports.accept(order.routes);
      case "open":
        return this.#ports.open();
      case "rehearse":
        return void this.#rehearse(order);
      case "probe":
        return this.#tell({ kind: "alive" });
      case "measure":
        return this.#tell({
          kind: "measured",
          request: order.request,
          processes: this.#measured(),
        });
      case "explain":
        return this.#explain(order);
      case "read-output":
        return this.#tell({
          kind: "output",
          request: order.request,
          ...this.#ports.tails.read(order.path, order.after),
        });
    }
  }

  async #rehearse({
    request,
    order,
  }: ExecutorOrder & { readonly kind: "rehearse" }): Promise<void> {
    const serving = this.#ports.servings.get(order.life);
    const answer = (await serving?.rehearse(order)) ?? nothingToRehearse;
    this.#tell({ ...answer, request });
  }

  #startAll(orders: readonly ProcessOrder[]): void {
    const isServing = ({ serve }: ProcessOrder): boolean => serve !== undefined;
    for (const order of orders.filter(isServing)) this.#ports.servings.start(order);
    this.#enqueue(orders.filter((order) => !isServing(order)));
  }

  #enqueue(orders: readonly ProcessOrder[]): void {
    for (const order of orders) {
      const inhabitant = new Inhabitant(order);
      this.#inhabitants.set(order.life, inhabitant);
      this.#queue.push({ inhabitant, order });
    }
    if (!this.#isPumping) this.#pump();
  }

  /** Begins with those that were ordered, a few at a time. */
  #pump(): void {
    const { clock, turns } = this.#ports;
    const startNs = clock.monotonicNs();
    let begun = 0;
    for (const newcomer of this.#queue) {
      if (clock.monotonicNs() - startNs > startingNsMax) break;
      begun += 1;
      this.#begin(newcomer);
    }
    this.#queue = this.#queue.slice(begun);
    this.#isPumping = this.#queue.length > 0;
    if (this.#isPumping) turns.next(() => this.#pump());
  }

  #begin(newcomer: Newcomer): void {
    const { order, inhabitant } = newcomer;
    if (inhabitant.endedBy !== undefined)
      return this.#over(order.life, endedBy(inhabitant.endedBy));
    const image = this.#ports.images.get(order.image);
    if (opensLater(order) || image instanceof Promise) void this.#beginLater(newcomer, image);
    else this.#beginNow(newcomer, image);
  }

  #beginNow(newcomer: Newcomer, image: ReadyImage): void {
    using opened = new DisposableStack();
    this.#attempt(newcomer, () => {
      this.#start(newcomer, image, openDirectories(newcomer.order, opened));
      // They are closed when the process has ended.
      opened.move();
    });
  }

  async #beginLater(newcomer: Newcomer, coming: ReadyImage | Promise<ReadyImage>): Promise<void> {
    using opened = new DisposableStack();
    try {
      const image = await coming;
      const grants = await openGrants(newcomer.order, opened);
      this.#attempt(newcomer, () => {
        this.#start(newcomer, image, grants);
        // They are closed when the process has ended.
        opened.move();
      });
    } catch (cause) {
      this.#over(newcomer.order.life, refusalBy(cause));
    }
  }

  #attempt({ inhabitant }: Newcomer, start: () => void): void {
    const { life, endedBy: who } = inhabitant;
    if (who !== undefined) return this.#over(life, endedBy(who));
    try {
      start();
    } catch (cause) {
      this.#over(life, refusalBy(cause));
    }
  }

  #start({ inhabitant, order }: Newcomer, image: ReadyImage, grants: Grants): void {
    const { program, file } = image;
    const { life, path, args, env, limits } = order;
    const outlet = this.#ports.servings.outletFor(order, program);
    inhabitant.family = this.#familyFor(program, order);
    inhabitant.canBeAsked = canBeAsked(program) || isHandler(program);
    const { family } = inhabitant;
    using tail = new DisposableStack();
    tail.defer(() => this.#ports.tails.close(path));
    const running = this.#ports.launcher.start(program, {
      name: path.slice(path.lastIndexOf("/") + 1),
      args,
      env,
      limits,
      ...this.#ports.tails.open(path),
      ...grants,
      ...(file.root === undefined ? {} : { root: file.root }),
      ...(family === undefined ? {} : { family }),
      ...(outlet === undefined ? {} : { outlet }),
      boundary: (launch) => (inhabitant.recorder = this.#ports.flights.recorder(launch)),
    });
    tail.move();
    inhabitant.running = running;
    const parent = order.parent && this.#inhabitants.get(order.parent);
    if (parent?.running !== undefined) running.process.shareWith(parent.running.process);
    this.#tell({ kind: "started", lives: [life] });
    running.whenEnded((record) => {
      closeDirectories(grants);
      this.#ended(inhabitant, image, record);
    });
  }

  #ended(inhabitant: Inhabitant, { file }: ReadyImage, { reason, usage }: ExitRecord): void {
    const { life, path, recorder } = inhabitant;
    this.#ports.tails.close(path);
    // Whose end was wanted has not failed, however it came to it.
    if (inhabitant.isEndWanted) recorder?.forget();
    else if (recorder !== undefined) {
      this.#ports.flights.ended(recorder, { path, reason, file });
    }
    this.#over(life, reason, usageToTell(usage));
  }

  #familyFor(program: Program, { path, life }: ProcessOrder): RemoteFamily | undefined {
    // A handler needs none to be asked: the kernel reads the notice, and it takes no more requests.
    if (!hasFamilyCalls(program) && !isHandler(program)) return undefined;
    const { turns } = this.#ports;
    return new RemoteFamily(
      { path, life },
      { tell: (event) => this.#tell(event), later: (callback) => turns.next(callback) },
    );
  }

  /** One that could not read a notice is ended without. */
  #ask(life: Life, graceNs: number): void {
    const serving = this.#ports.servings.get(life);
    if (serving !== undefined) return serving.ask();
    const inhabitant = this.#inhabitants.get(life);
    if (inhabitant?.running === undefined || !inhabitant.canBeAsked) {
      return this.#end(life, "noos, which wants its end");
    }
    inhabitant.isEndWanted = true;
    inhabitant.family?.notice({ kind: "asked", graceNs });
  }

  #end(life: Life, who: string): void {
    this.#ports.servings.get(life)?.end(who);
    const inhabitant = this.#inhabitants.get(life);
    if (inhabitant === undefined) return;
    inhabitant.endedBy ??= who;
    inhabitant.isEndWanted = true;
    inhabitant.running?.end(who);
  }

  #over(life: Life, reason: ExitReason, usage: ProcessUsage = noUsage): void {
    this.#inhabitants.delete(life);
    const counted = this.#ports.unlisted.take(life);
    this.#tell({ kind: "ended", ends: [{ life, reason, usage, ...counted }] });
  }

  #explain({ request, life }: { readonly request: number; readonly life: Life }): void {
    const findings = this.#ports.servings.get(life)?.findings;
    this.#tell({ kind: "explained", request, ...(findings === undefined ? {} : { findings }) });
  }

  #measured(): readonly (readonly [Life, Measured])[] {
    const { unlisted } = this.#ports;
    const own = [...this.#inhabitants].flatMap(([life, { running }]) => {
      if (running === undefined) return [];
      return [[life, { usage: usageToTell(running.usage()), ...unlisted.of(life) }] as const];
    });
    return [...own, ...this.#ports.servings.measured()];
  }

  #tell(event: ExecutorEvent): void {
    this.#untold.push(event);
    if (this.#untold.length > 1) return;
    queueMicrotask(() => {
      const events = this.#untold;
      this.#untold = [];
      this.#ports.tell(events);
    });
  }
}
