import type { Life, ProcessOrder, ServedElsewhere } from "#pool/host";
import { servedKeyOf } from "#pool/route";
import type { Slot } from "./slot.ts";

interface Served {
  readonly slot: Slot;
  readonly key: string;
  readonly routes: readonly string[];
}

/** Routes of what serves, by its key. */
export type Routes = ReadonlyMap<string, readonly string[]>;

/** What an executor was told last, as texts. */
interface Told {
  served: string;
  accept: string;
}

/**
 * Which executor has what serves, so that each of them can take any request: what it does not have
 * itself, it hands on to the one that does. The same goes for raw connections, wherever they come
 * in.
 */
export class ServedPlaces {
  readonly #served = new Map<Life, Served>();
  /** Routes of what was lost with its executor and is nowhere yet, by key: requests wait for it. */
  readonly #awaited = new Map<string, readonly string[]>();
  /**
   * The same of all that is wanted from the beginning on, and the keys of what is nowhere yet. It
   * is told whole until nothing of it is missing: there may be ten thousand, which come one by one.
   */
  #expected: Routes = new Map<string, readonly string[]>();
  readonly #missing = new Set<string>();
  /** Of the executors that are ready: where each takes requests from others. */
  readonly #sockets = new Map<Slot, string>();
  /** What each that is there was told last, to tell it only what is new. */
  readonly #told = new Map<Slot, Told>();
  #accepted: readonly string[] = [];
  #isChanged = false;

  /** A process that serves is with this executor, from now on or in another way. */
  put({ life, path, serve }: ProcessOrder, slot: Slot): void {
    if (serve === undefined) return;
    const key = servedKeyOf(path);
    this.#served.set(life, { slot, key, routes: serve.routes });
    this.#awaited.delete(key);
    if (this.#missing.delete(key) && this.#missing.size === 0) this.#expected = new Map();
    this.#isChanged = true;
  }

  /** What is wanted and was never anywhere: requests for it wait, too. */
  expect(routes: Routes): void {
    this.#expected = routes;
    for (const key of routes.keys()) this.#missing.add(key);
  }

  /** Whether requests wait for something. */
  get isAwaiting(): boolean {
    return this.#awaited.size + this.#missing.size > 0;
  }

  /** What is not wanted any more is waited for no longer. */
  awaitOnly(wanted: Routes): void {
    for (const key of this.#missing) this.#awaited.set(key, this.#expected.get(key) ?? []);
    this.#expected = new Map();
    this.#missing.clear();
    for (const key of this.#awaited.keys()) if (!wanted.has(key)) this.#awaited.delete(key);
    this.#isChanged = true;
  }

  remove(life: Life): void {
    if (this.#served.delete(life)) this.#isChanged = true;
  }

  /** All of an executor that was lost, and does not come back at once where it is paced. */
  lost(lives: readonly Life[]): void {
    const awaited = new Map<string, readonly string[]>();
    for (const life of lives) {
      const served = this.#served.get(life);
      if (served !== undefined) awaited.set(served.key, served.routes);
      this.remove(life);
    }
    // Of what others have a share, those answer.
    for (const { key } of this.#served.values()) awaited.delete(key);
    for (const [key, routes] of awaited) this.#awaited.set(key, routes);
  }

  /** An executor was started, and knows nothing yet. */
  launched(slot: Slot): void {
    this.#told.set(slot, { served: nothing, accept: nothing });
    this.#isChanged = true;
  }

  ready(slot: Slot, socket: string | undefined): void {
    if (socket === undefined) return;
    this.#sockets.set(slot, socket);
    this.#isChanged = true;
  }

  gone(slot: Slot): void {
    this.#sockets.delete(slot);
    this.#told.delete(slot);
    this.#isChanged = true;
  }

  /** Each of them is to accept raw connections for these routes. */
  accept(routes: readonly string[]): void {
    this.#accepted = routes;
    this.#isChanged = true;
  }

  /** Orders for those that know another state of things than this. */
  tell(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    for (const [slot, told] of this.#told) {
      const served = this.#elsewhereFor(slot);
      const text = JSON.stringify(served);
      if (text !== told.served) slot.order({ kind: "elsewhere", served });
      told.served = text;
      const accept = JSON.stringify(this.#accepted);
      if (accept !== told.accept) slot.order({ kind: "accept", routes: this.#accepted });
      told.accept = accept;
    }
  }

  #elsewhereFor(own: Slot): readonly ServedElsewhere[] {
    const others = [...this.#served.values()].filter(({ slot }) => slot !== own);
    const served = others.map(({ slot, key, routes }) => ({
      key,
      routes,
      socket: this.#sockets.get(slot),
    }));
    for (const awaited of [this.#awaited, this.#expected]) {
      for (const [key, routes] of awaited) served.push({ key, routes, socket: undefined });
    }
    return served;
  }
}

const nothing = JSON.stringify([]);
