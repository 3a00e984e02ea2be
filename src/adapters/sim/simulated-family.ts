import { assert } from "#core/base";
import type { ChildId, EndSummary, Family, Notice, SpawnRequest, Turns } from "#core/host";
import { errno, type Errno } from "#core/sys";

/** What becomes of a child that is started from a spec. */
export interface SimulatedLife {
  /** How long it lives by itself; without it, until it is ended. */
  readonly lifeNs?: number;
  /** How it ends by itself: with status 0, by default. */
  readonly end?: EndSummary;
  /** What its spec may use. */
  readonly uses?: readonly string[];
}

export interface SimulatedFamilyOptions {
  readonly path?: string;
  /** The specs that are granted, by name. */
  readonly specs?: Readonly<Record<string, SimulatedLife>>;
}

interface Child {
  readonly name: string;
  isAsked: boolean;
}

const well: EndSummary = { kind: "exited", code: 0, text: "exited(0)" };
const killed: EndSummary = { kind: "killed", code: 0, text: "killed(by its parent)" };

/** A family whose children live as their specs say, and that a test may speak for. */
export class SimulatedFamily implements Family {
  readonly path: string;
  /** All that were answered with a child, in their order. */
  readonly started: SpawnRequest[] = [];
  readonly acknowledged: ChildId[] = [];
  readonly #turns: Turns;
  readonly #specs: ReadonlyMap<string, SimulatedLife>;
  readonly #alive = new Map<ChildId, Child>();
  readonly #notices: Notice[] = [];
  #next: ((notice: Notice) => void) | undefined;
  #isSpawning = false;
  #refusal: Errno | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(turns: Turns, { path = "app/parent", specs = {} }: SimulatedFamilyOptions = {}) {
    this.#turns = turns;
    this.path = path;
    this.#specs = new Map(Object.entries(specs));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get aliveCount(): number {
    return this.#alive.size;
  }

  /** The next start is refused. */
  refuse(why: Errno): void {
    this.#refusal = why;
  }

  /** The process is asked to end. */
  ask(graceNs: number): void {
    this.#notify({ kind: "asked", graceNs });
  }

  spawn(request: SpawnRequest, answer: (result: ChildId | Errno) => void): void {
    assert(!this.#isSpawning, "one request at a time");
    this.#isSpawning = true;
    this.#turns.next(() => {
      this.#isSpawning = false;
      if (!this.#isClosed) answer(this.#refusalOf(request) ?? this.#start(request));
    });
  }

  next(answer: (notice: Notice) => void): void {
    assert(this.#next === undefined, "one request at a time");
    this.#next = answer;
    this.#turns.next(() => this.#answer());
  }

  acknowledge(child: ChildId): Errno | undefined {
    this.acknowledged.push(child);
    return undefined;
  }

  end(child: ChildId, graceNs: number): Errno | undefined {
    const known = this.#alive.get(child);
    if (known === undefined) return undefined;
    known.isAsked = true;
    this.#turns.next(() => this.#ended(child, graceNs > 0 ? well : killed));
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#alive.clear();
    this.#next = undefined;
  }

  #refusalOf({ spec, name, uses = [] }: SpawnRequest): Errno | undefined {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) return refusal;
    const granted = this.#specs.get(spec);
    if (granted === undefined) return errno.ENOENT;
    for (const child of this.#alive.values()) if (child.name === name) return errno.EEXIST;
    const isBeyond = uses.some((use) => !granted.uses?.includes(use));
    return isBeyond ? errno.ENOTCAPABLE : undefined;
  }

  #start(request: SpawnRequest): ChildId {
    const child = ++this.#lastId as ChildId;
    this.#alive.set(child, { name: request.name, isAsked: false });
    this.started.push(request);
    const life = this.#specs.get(request.spec);
    if (life?.lifeNs !== undefined) {
      this.#turns.after(life.lifeNs, () => this.#ended(child, life.end ?? well));
    }
    return child;
  }

  #ended(child: ChildId, end: EndSummary): void {
    const known = this.#alive.get(child);
    if (known === undefined) return;
    this.#alive.delete(child);
    const isWell = end.kind === "exited" && end.code === 0;
    this.#notify({ kind: "ended", child, end, isFailure: !isWell && !known.isAsked });
  }

  #notify(notice: Notice): void {
    this.#notices.push(notice);
    this.#turns.next(() => this.#answer());
  }

  #answer(): void {
    const [notice] = this.#notices;
    const next = this.#next;
    if (next === undefined || notice === undefined) return;
    this.#notices.shift();
    this.#next = undefined;
    next(notice);
  }
}
