import {
  Executors,
  type ExecutorsListener,
  type ExecutorsPorts,
  type Output,
  type ServingEvent,
} from "#pool/control/executors";
import type {
  ExecutorOrder,
  ExecutorReach,
  Life,
  Measured,
  ProcessEnd,
  ProcessOrder,
} from "#pool/host";
import type { FindingReport } from "#pool/scale/finding";
import { ByLoad } from "./by-load.ts";
import type { RenewalNews } from "#pool/renewal";
import { MergedOutput } from "./merged-output.ts";
import { type Share, SharedProcess, type SharePlace } from "./shared-process.ts";

export interface SpreadPorts extends ExecutorsPorts {
  readonly nextLife: () => Life;
}

/** Who is told what happens, of processes as wholes. */
export interface SpreadListener extends Omit<ExecutorsListener, "loaded"> {
  /** What a process is summoned for can go to other places than before. */
  shared(life: Life): void;
  /** Nothing more comes from a share, of a process that goes on. */
  unshared(share: Life): void;
  /** Its load wants a process on another number of executors. */
  spread(life: Life, why: string): void;
}

/**
 * The executors of a machine, on which each process is one: of those that serve, as many executors
 * have a share as they are to be spread over, and what all of them say is told as if by one.
 */
export class Spread {
  readonly #nextLife: () => Life;
  readonly #listener: SpreadListener;
  readonly #executors: Executors;
  readonly #byLoad: ByLoad;
  /** What serves, by the lives that others know, and by those of its shares. */
  readonly #processes = new Map<Life, SharedProcess>();
  readonly #processOf = new Map<Life, SharedProcess>();

  constructor(ports: SpreadPorts, listener: SpreadListener) {
    this.#nextLife = ports.nextLife;
    this.#listener = listener;
    this.#executors = new Executors(ports, {
      ...listener,
      started: (lives) => this.#started(lives),
      ended: (ends) => this.#ended(ends),
      lost: (...what) => this.#lost(...what),
      served: (event) => this.#served(event),
      loaded: (report) => this.#byLoad.told(report),
    });
    this.#byLoad = new ByLoad({
      ...ports,
      processOf: (share) => this.#processOf.get(share),
      changed: (process, why) =>
        listener.step(() => {
          listener.spread(process.life, why);
          this.#adjust(process);
        }),
    });
  }

  // --- as executors have it --------------------------------------------------------------------

  get views(): Executors["views"] {
    return this.#executors.views;
  }

  open(): void {
    this.#executors.open();
  }

  close(): void {
    this.#byLoad.close();
    this.#executors.close();
  }

  flush(): void {
    this.#executors.flush();
  }

  accept(routes: readonly string[]): void {
    this.#executors.accept(routes);
  }

  tell(life: Life, order: ExecutorOrder): void {
    this.#executors.tell(life, order);
  }

  // --- processes as wholes ---------------------------------------------------------------------

  /** Where it is; where its first share is before all others. */
  slotsOf(life: Life): readonly number[] {
    const process = this.#processes.get(life);
    if (process !== undefined) return process.all.map(({ slot }) => slot);
    const slot = this.#executors.slotOf(life);
    return slot === undefined ? [] : [slot];
  }

  /** Where it can be summoned: of what serves, each share that is up. */
  placesOf(life: Life): readonly SharePlace[] {
    return this.#processes.get(life)?.places ?? [{ life, part: 1, isFirst: true }];
  }

  start(order: ProcessOrder, reach: ExecutorReach): void {
    this.#executors.start(order, reach);
    if (order.serve === undefined) return;
    const process = new SharedProcess(order, reach);
    this.#processes.set(order.life, process);
    this.#add(process, order);
  }

  /** Answers whether the executor of its first share can serve as the order says. */
  renew(order: ProcessOrder, reach: ExecutorReach): boolean {
    const process = this.#processes.get(order.life);
    const [first] = process?.staying ?? [];
    if (process === undefined || first === undefined) return false;
    if (process.want(order, reach)) this.#askLeaving(process);
    const told = process.orderOf(first);
    first.told = told;
    if (!this.#executors.renew(told, reach)) return false;
    this.#adjust(process);
    return true;
  }

  /** Gives all calls to what has a part of them: only a first share has such. */
  promote(life: Life): void {
    this.#executors.promote(this.#firstOf(life));
  }

  /** Whether the executor of its first share reaches this; also where it is nowhere. */
  isReached(life: Life, reach: ExecutorReach): boolean {
    return this.#executors.isReached(this.#firstOf(life), reach);
  }

  /** What a build answers, beside the first share; `undefined` where nobody says. */
  rehearse(order: ProcessOrder): ReturnType<Executors["rehearse"]> {
    return this.#executors.rehearse({ ...order, life: this.#firstOf(order.life) });
  }

  #firstOf(life: Life): Life {
    return this.#processes.get(life)?.staying[0]?.life ?? life;
  }

  /** Answers whether an executor will say what comes of it; if not, the process never was. */
  ask(life: Life, graceNs: number): boolean {
    return this.#endBy(life, (share) => this.#executors.ask(share, graceNs));
  }

  /** As `ask`. */
  end(life: Life, who: string): boolean {
    return this.#endBy(life, (share) => this.#executors.end(share, who));
  }

  /** What is known of each process; that of an executor that does not answer is missing. */
  async measure(): Promise<ReadonlyMap<Life, Measured>> {
    const all = new Map(await this.#executors.measure());
    for (const process of this.#processes.values()) {
      if (process.isPlain) continue;
      for (const share of process.all) {
        share.did = all.get(share.life) ?? share.did;
        all.delete(share.life);
      }
      all.set(process.life, process.did);
    }
    return all;
  }

  /** Why what serves does so, each share by itself; `undefined` where it does not serve. */
  async explain(life: Life): Promise<readonly FindingReport[] | undefined> {
    const process = this.#processes.get(life);
    if (process === undefined) return await this.#executors.explain(life);
    const { all } = process;
    const told = await Promise.all(all.map((share) => this.#executors.explain(share.life)));
    const known = told.flatMap((findings, index) => {
      const slot = all.length > 1 ? all[index]?.slot : undefined;
      const where = slot === undefined ? {} : { executor: slot };
      return findings?.map((finding) => ({ ...finding, ...where })) ?? [];
    });
    if (told.every((findings) => findings === undefined)) return undefined;
    return [...known, ...this.#byLoad.findings(process)];
  }

  /** As `Executors` has it; of what serves on several, what all its shares wrote. */
  async readOutput(path: string, life: Life | undefined, after?: number): Promise<Output> {
    const process = life === undefined ? undefined : this.#processes.get(life);
    if (process === undefined || (process.isPlain && process.output === undefined)) {
      return await this.#executors.readOutput(path, life, after);
    }
    const outputs = await this.#executors.readOutputs(path);
    const merged = (process.output ??= new MergedOutput());
    // The first is before all others: of it alone somebody may have read.
    const slots = new Set([...process.all.map(({ slot }) => slot), ...outputs.keys()]);
    for (const slot of slots) {
      const output = outputs.get(slot);
      if (output !== undefined) merged.add(slot, output);
    }
    return merged.view;
  }

  // --- shares ----------------------------------------------------------------------------------

  #add(process: SharedProcess, told: ProcessOrder): void {
    const { life } = told;
    const slot = this.#executors.slotOf(life);
    if (slot === undefined) return;
    process.add(told, slot);
    this.#processOf.set(life, process);
  }

  /** Has as many shares as there are to be, each with its part of the bounds. */
  #adjust(process: SharedProcess): void {
    if (!process.isUp || process.isEnding) return;
    // Of thousands that never had another share nothing is compared.
    if (process.isPlain && process.wantedCount === 1) return this.#listener.shared(process.life);
    while (process.staying.length < process.wantedCount && this.#addOne(process));
    for (const share of process.staying.slice(process.wantedCount)) this.#leave(process, share);
    // Where one cannot be told, the others have more than before.
    for (let count = 0; count !== process.staying.length;) {
      count = process.staying.length;
      for (const share of process.staying) this.#tellShare(process, share);
    }
    if (process.staying.length === 0) this.#addAnywhere(process);
    this.#listener.shared(process.life);
  }

  #addOne(process: SharedProcess): boolean {
    const back = process.all.find(({ isLeaving, isAsked, slot }) => {
      return isLeaving && !isAsked && !process.avoided.has(slot);
    });
    if (back !== undefined) {
      process.keep(back);
      return true;
    }
    const order = process.orderBeside(this.#nextLife());
    const others = new Set([...process.avoided, ...process.all.map(({ slot }) => slot)]);
    if (!this.#executors.startBeside(order, process.reach, others)) return false;
    this.#add(process, order);
    return true;
  }

  /** As a process that is started anew. */
  #addAnywhere(process: SharedProcess): void {
    const order = process.orderBeside(this.#nextLife());
    this.#executors.start(order, process.reach);
    this.#add(process, order);
  }

  #tellShare(process: SharedProcess, share: Share): void {
    const order = process.orderOf(share);
    if (JSON.stringify(order) === JSON.stringify(share.told)) return;
    process.told(share, order);
    if (this.#executors.renew(order, process.reach)) return;
    if (this.#executors.amend(order)) share.begun = order;
    else this.#leave(process, share);
  }

  /** One share goes, and the others stay. */
  #leave(process: SharedProcess, share: Share): void {
    share.isLeaving = true;
    share.told = undefined;
    if (!this.#executors.leave(share.life)) this.#remove(process, share);
  }

  /** Those that leave when they are idle keep no old build for that. */
  #askLeaving(process: SharedProcess): void {
    for (const share of process.all.filter(({ isLeaving }) => isLeaving)) {
      share.isAsked = true;
      if (!this.#executors.ask(share.life, 0)) this.#remove(process, share);
    }
  }

  #remove(process: SharedProcess, share: Share, did?: Measured): void {
    this.#processOf.delete(share.life);
    const news = process.remove(share, did);
    this.#listener.unshared(share.life);
    this.#tellNews(process, news);
  }

  #tellNews({ life }: SharedProcess, news: RenewalNews | undefined): void {
    if (news !== undefined) this.#listener.served({ kind: "renewal", life, news });
  }

  /** Whether nothing is left of it, and so it has ended. */
  #isOver(process: SharedProcess): boolean {
    if (process.all.length > 0) return false;
    this.#processes.delete(process.life);
    this.#byLoad.forget(process);
    return true;
  }

  #endBy(life: Life, deed: (share: Life) => boolean): boolean {
    const process = this.#processes.get(life);
    if (process === undefined) return deed(life);
    process.isEnding = true;
    for (const share of process.all) if (!deed(share.life)) this.#remove(process, share);
    return !this.#isOver(process);
  }

  // --- told by executors -----------------------------------------------------------------------

  #started(lives: readonly Life[]): void {
    const wholes: Life[] = [];
    const touched = new Set<SharedProcess>();
    for (const life of lives) {
      const process = this.#processOf.get(life);
      const share = process?.find(life);
      if (process === undefined || share === undefined) wholes.push(life);
      else {
        this.#tellNews(process, process.started(share));
        if (!process.isUp) wholes.push(process.life);
        process.isUp = true;
        touched.add(process);
      }
    }
    this.#listener.started(wholes);
    for (const process of touched) this.#adjust(process);
  }

  #ended(ends: readonly ProcessEnd[]): void {
    const touched = new Set<SharedProcess>();
    const wholes = ends.flatMap((end): readonly ProcessEnd[] => {
      const process = this.#processOf.get(end.life);
      const share = process?.find(end.life);
      if (process === undefined || share === undefined) return [end];
      this.#remove(process, share, end);
      const { life, did } = process;
      if (this.#isOver(process)) return [{ ...did, life, reason: end.reason }];
      // Nothing of it ends by itself that could be there.
      if (!share.isLeaving) process.avoided.add(share.slot);
      touched.add(process);
      return [];
    });
    this.#listener.ended(wholes);
    for (const process of touched) this.#adjust(process);
  }

  #lost(lives: readonly Life[], slot: number, why: string): void {
    const touched = new Set<SharedProcess>();
    const wholes = lives.flatMap((life): readonly Life[] => {
      const process = this.#processOf.get(life);
      const share = process?.find(life);
      if (process === undefined || share === undefined) return [life];
      this.#remove(process, share);
      if (this.#isOver(process)) return [process.life];
      touched.add(process);
      return [];
    });
    this.#listener.lost(wholes, slot, why);
    for (const process of touched) this.#adjust(process);
  }

  #served(event: ServingEvent): void {
    const process = this.#processOf.get(event.life);
    const share = process?.find(event.life);
    if (process === undefined || share === undefined) return this.#listener.served(event);
    const { life } = process;
    if (event.kind !== "renewal") return this.#listener.served({ ...event, life });
    const news = process.heard(share, event.news);
    if (news === "unable") {
      // It is not to serve by another build than the others.
      process.avoided.add(share.slot);
      this.#leave(process, share);
    } else this.#tellNews(process, news);
    this.#adjust(process);
  }
}
