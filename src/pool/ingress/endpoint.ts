import type { Timer } from "#core/host";
import type { Fields, IncomingRequest } from "#core/host/traffic";
import { describeExit, type ExitReason, formatDuration } from "#core/sys";
import type { ServePolicy } from "#pool/host";
import type { Finding, KeptFinding } from "#pool/scale/finding";
import { Governor } from "#pool/scale/governor";
import type { Traffic } from "#pool/traffic";
import type { Resident } from "#pool/scale/pressure";
import type { EndpointPorts, EndpointRoom } from "./endpoint-ports.ts";
import { Instances, type StartInstance } from "./instances.ts";
import { bodyLate, closing, late, refusalOf, tooMuch, waitedFor } from "./refusal.ts";
import type { Seat } from "./seat.ts";
import { noFields } from "./server-timing.ts";
import { Tally } from "./tally.ts";
import { Underway } from "./underway.ts";
import { type Outcome, Visit, type VisitKeeper } from "./visit.ts";
import { WaitingLine } from "./waiting-line.ts";

/** How often what has become too old is looked for, and how often at most while nobody calls. */
const tickNs = 50e6;
const restTickNs = 1e9;

/** Who was quiet for so long rests. */
const quietNsMax = 2e9;

/** A request is given to so many instances at most. */
const givenMax = 2;

/**
 * The requests for one spec and the instances that answer them. Instances take requests by
 * themselves, as far as the governor lets them; what none takes at once waits in line. How many
 * instances there are is the governor's decision.
 */
export class Endpoint implements VisitKeeper {
  readonly name: string;
  readonly #tally = new Tally();
  readonly #ports: EndpointPorts;
  readonly #line = new WaitingLine();
  readonly #instances: Instances;
  readonly #governor: Governor;
  /** How many instances there are to be. */
  #wanted = 0;
  /** Since when nobody is served and nobody waits. */
  #quietSinceNs = 0;
  /** Nobody calls, and it is looked after but now and then, if at all. */
  #isResting = true;
  readonly #underway = new Underway();
  #lastEnd = "";
  #ticking: Timer | undefined = undefined;
  #isClosed = false;

  constructor(name: string, policy: ServePolicy, ports: EndpointPorts) {
    this.name = name;
    this.#ports = ports;
    const { clock, chance, commons, cpuNs } = ports;
    this.#governor = new Governor(policy, clock.monotonicNs(), { commons, cpuNs });
    this.#instances = new Instances(policy, {
      clock,
      chance,
      hasLine: () => this.#line.count > 0,
      ready: (ns) => {
        this.#tally.summoned(ns);
        this.#governor.started(ns, this.#nowNs());
        this.#tellStaff();
        ports.ready?.();
      },
      hungry: () => {
        if (this.#line.count > 0) void Promise.resolve().then(() => this.#serve());
        else ports.hungry?.();
      },
      takeFor: (seat) => this.#takeFor(seat),
      left: (seat, reason) => this.#left(seat, reason),
      failed: (reason) => {
        this.#lastEnd = describeExit(reason);
        ports.failed(reason);
      },
    });
  }

  /** What it does at the moment, and has done since it was made. */
  get traffic(): Traffic {
    const { count, readyCount } = this.#instances;
    return {
      starting: count - readyCount,
      ready: readyCount,
      waiting: this.#line.count,
      inFlight: this.#underway.count,
      ...this.#tally.counts,
    };
  }

  /** The last few decisions about it, each with its reason; the oldest first. */
  get findings(): readonly KeptFinding[] {
    return this.#governor.log.entries();
  }

  /** Its instances, as those see them who are short of memory. */
  get residents(): readonly Resident<Seat>[] {
    return this.#instances.residents(this.name);
  }

  /** Lets those of these go that are idle, which was decided elsewhere. */
  release(seats: ReadonlySet<Seat>, finding: Finding): void {
    this.#governor.log.note(finding);
    this.#instances.release(seats);
    this.#tellStaff();
  }

  /** What of it there is for more requests. */
  get room(): EndpointRoom {
    return this.#instances.room;
  }

  /** Has instances started from now on. What came before waits in line. */
  open(start: StartInstance): void {
    this.#instances.open(start);
    this.#wake(this.#nowNs());
    this.#steer(this.#nowNs());
  }

  configure(policy: ServePolicy): void {
    this.#instances.policy = policy;
    this.#governor.configure(policy, this.#nowNs());
    this.#wake(this.#nowNs());
    this.#steer(this.#nowNs());
  }

  /** Has another endpoint take those that wait here, in their order. */
  handOver(other: Endpoint): void {
    for (let visit = this.#line.take(); visit !== undefined; visit = this.#line.take()) {
      other.#adopt(visit);
    }
  }

  /** Lets its instances leave; those who come later start others. */
  rest(): void {
    this.#instances.retireAll();
  }

  /** Ends its instances now, which then have failed: others take their place. */
  replaceInstances(who: string): void {
    this.#instances.endAll(who);
  }

  /** Takes no more requests, and ends its instances with their last ones. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (let visit = this.#line.peek(); visit !== undefined; visit = this.#line.peek()) {
      visit.refuse(closing(this.name));
    }
    this.#instances.retireAll();
    if (this.#instances.count === 0) this.#ports.emptied();
  }

  /** Ends all instances now, whatever they do. */
  end(who: string): void {
    this.close();
    this.#instances.endAll(who);
  }

  /** Takes a request to whoever answers it. */
  arrive(request: IncomingRequest): void {
    const nowNs = this.#nowNs();
    const visit = new Visit(request, this, nowNs);
    this.#tally.arrived += 1;
    if (this.#isClosed) return visit.refuse(closing(this.name));
    if (this.#isResting) this.#wake(nowNs);
    this.#governor.arrived(nowNs, this.#underway.count + this.#line.count === 0);
    const seat = this.#line.count === 0 ? this.#takeHungry() : undefined;
    if (seat !== undefined) return this.#give(visit, seat, nowNs);
    this.#wait(visit, nowNs);
  }

  begins(visit: Visit): Fields {
    const nowNs = this.#nowNs();
    this.#underway.answered(visit);
    this.#governor.answered(nowNs - visit.givenNs, nowNs);
    this.#serveLater();
    return this.#tally.timing(visit, nowNs);
  }

  answers(visit: Visit): Fields {
    // A clock is not read for nothing: it is over in a moment, and counted then.
    return visit.summonedNs === undefined ? noFields : this.#tally.timing(visit, this.#nowNs());
  }

  heldUp(count: 1 | -1): void {
    this.#governor.heldUpCount += count;
    if (count > 0) this.#serveLater();
  }

  over(visit: Visit, outcome: Outcome): void {
    const nowNs = this.#nowNs();
    this.#tally.over(outcome, nowNs - visit.arrivedNs);
    const { holder } = visit;
    if (holder === undefined) {
      if (visit.wasInLine) this.#line.left();
      return this.#restIfQuiet(nowNs);
    }
    this.#forget(visit, nowNs, outcome.kind === "answered" ? "answered" : "dropped");
    holder.freed(visit, nowNs);
    this.#restIfQuiet(nowNs);
  }

  #restIfQuiet(nowNs: number): void {
    if (this.#underway.count + this.#line.count > 0) return;
    this.#quietSinceNs = nowNs;
    this.#governor.quiet(nowNs);
  }

  #adopt(visit: Visit): void {
    visit.moveTo(this);
    this.#line.push(visit);
    const nowNs = this.#nowNs();
    this.#wake(nowNs);
    this.#steer(nowNs);
    void Promise.resolve().then(() => this.#serve());
  }

  #takeHungry(): Seat | undefined {
    return this.#governor.hasRoom ? this.#instances.takeHungry() : undefined;
  }

  #give(visit: Visit, seat: Seat, nowNs: number): void {
    this.#note(visit, nowNs);
    seat.give(visit, nowNs);
  }

  #takeFor(seat: Seat): Visit | undefined {
    const visit = this.#governor.hasRoom ? this.#line.take() : undefined;
    if (visit === undefined) return undefined;
    const nowNs = this.#nowNs();
    this.#note(visit, nowNs);
    seat.has(visit, nowNs);
    return visit;
  }

  #note(visit: Visit, nowNs: number): void {
    this.#underway.add(visit);
    this.#governor.began(nowNs);
  }

  /** No instance has it any more. */
  #forget(visit: Visit, nowNs: number, how: "answered" | "dropped"): void {
    if (!this.#underway.remove(visit)) return;
    this.#governor[how](nowNs - visit.givenNs, nowNs);
    this.#serveLater();
  }

  #wait(visit: Visit, nowNs: number): void {
    const { waitingNsMax } = this.#instances.policy;
    const verdict = this.#governor.judge(nowNs, this.#line.count, this.#ports.chance());
    if (verdict.kind === "refuse")
      return visit.refuse(refusalOf(verdict, this.name, this.#instances.policy));
    const pausedNs = this.#instances.startNsMin - nowNs;
    if (this.#instances.count === 0 && pausedNs > waitingNsMax) {
      return visit.refuse(tooMuch("not-starting", `${this.name} does not start`, pausedNs));
    }
    visit.joinLine(nowNs);
    this.#line.push(visit);
    if (this.#governor.isWanted(nowNs, this.#line.count)) this.#steer(nowNs);
  }

  /** Gives those in line to those that can take them. */
  #serve(): void {
    const nowNs = this.#nowNs();
    while (this.#line.peek() !== undefined) {
      const seat = this.#takeHungry();
      if (seat === undefined) return;
      const visit = this.#line.take();
      if (visit !== undefined) this.#give(visit, seat, nowNs);
    }
  }

  /** There may be room for who waits: an instance that asks is held back by nothing but that. */
  #serveLater(): void {
    if (this.#line.count === 0 || !this.#instances.hasHungry) return;
    void Promise.resolve().then(() => this.#serve());
  }

  /** Decides how many instances there are to be, and has so many. */
  #steer(nowNs: number): void {
    if (this.#isClosed) return;
    this.#wanted = this.#governor.step(nowNs, {
      waitingCount: this.#line.count,
      isBusy: this.#underway.count + this.#line.count > 0,
      isFull: this.#line.count > 0 && this.#governor.hasRoom && this.#instances.isSilent(nowNs),
    });
    this.#scale();
    this.#instances.shrink(this.#wanted);
  }

  /** Has as many instances as were decided; as long as nobody calls, not more than always. */
  #scale(): void {
    if (this.#isClosed) return;
    const isCalled = this.#underway.count + this.#line.count > 0;
    this.#instances.scale(isCalled ? Math.max(1, this.#wanted) : 0);
    this.#tellStaff();
  }

  #tellStaff(): void {
    this.#governor.staffed(this.#instances.staff, this.#nowNs());
  }

  /** An instance has ended; what it had goes to another where that does no harm. */
  #left(seat: Seat, reason: ExitReason): void {
    const why = `the instance that had it ended: ${describeExit(reason)}`;
    const nowNs = this.#nowNs();
    for (const visit of seat.takeVisits()) {
      this.#forget(visit, nowNs, "dropped");
      this.#giveAgain(visit, { why, nowNs });
    }
    if (!this.#isClosed) {
      this.#wake(nowNs);
      this.#serve();
      this.#scale();
    } else if (this.#instances.count === 0) this.#ports.emptied();
  }

  #giveAgain(visit: Visit, { why, nowNs }: { readonly why: string; readonly nowNs: number }): void {
    const isRefused = this.#isClosed || !visit.mayBeGivenAgain || visit.givenCount >= givenMax;
    if (isRefused || !this.#governor.mayGiveAgain(nowNs)) {
      return visit.refuse({ status: 502, reason: "instance-ended", why });
    }
    visit.takeBack(nowNs);
    this.#line.putFirst(visit);
  }

  #tickLater(delayNs: number): void {
    this.#ticking = this.#ports.turns.after(delayNs, () => {
      this.#ticking = undefined;
      this.#tick(this.#nowNs());
    });
  }

  /** Looks after it closely from now on. */
  #wake(nowNs: number): void {
    if (!this.#isResting) return;
    this.#isResting = false;
    this.#governor.woke(nowNs);
    this.#ticking?.cancel();
    this.#tickLater(tickNs);
  }

  /** Looks after it until the last instance is gone, but now and then only. */
  #rest(nowNs: number): void {
    this.#isResting = true;
    this.#governor.rested();
    if (this.#instances.count === 0) return;
    const leavesInNs = this.#governor.leavesInNs(nowNs);
    this.#tickLater(Math.min(restTickNs, Math.max(tickNs, leavesInNs)));
  }

  #tick(nowNs: number): void {
    this.#refuseOld(nowNs);
    this.#endHung(nowNs);
    this.#instances.tick(nowNs);
    this.#ports.ticked?.(nowNs);
    this.#serve();
    const isShort = !this.#isClosed && (this.#line.count > 0 || this.#instances.isShort);
    if (this.#governor.isDue(nowNs)) this.#steer(nowNs);
    else if (isShort) this.#scale();
    // What was done may have woken it.
    if (this.#ticking !== undefined) return;
    const isCalled = isShort || this.#underway.count > 0;
    const isLate = nowNs - this.#quietSinceNs < quietNsMax && this.#instances.count > 0;
    if (isCalled || isLate) this.#tickLater(tickNs);
    else this.#rest(nowNs);
  }

  #refuseOld(nowNs: number): void {
    const { waitingNsMax } = this.#instances.policy;
    for (let visit = this.#line.peek(); visit !== undefined; visit = this.#line.peek()) {
      if (nowNs - visit.arrivedNs < waitingNsMax) return;
      const pausedNs = Math.max(1e9, this.#instances.startNsMin - nowNs);
      const time = formatDuration(waitingNsMax);
      visit.refuse(waitedFor(time, { name: this.name, lastEnd: this.#lastEnd, pausedNs }));
    }
  }

  /** What took too long is answered; an instance that answered nothing meanwhile is ended. */
  #endHung(nowNs: number): void {
    const { timeoutNs } = this.#instances.policy;
    for (;;) {
      const visit = this.#underway.oldestUnanswered;
      if (visit === undefined || nowNs - visit.givenNs < timeoutNs) return;
      const time = formatDuration(timeoutNs);
      const { awaitsSender, holder } = visit;
      const isHung = !awaitsSender && holder?.isStuckWith(visit) === true;
      // With its end it is waited for no more.
      visit.refuse(awaitsSender ? bodyLate(time) : late(this.name, time));
      if (isHung) holder?.end(`noos, for it answered nothing for ${time}`);
    }
  }

  #nowNs(): number {
    return this.#ports.clock.monotonicNs();
  }
}
