import { assert } from "#core/base";
import type { Store, StoreChange, StoreEntry } from "#pool/host";
import { compareCodePoints } from "./code-points.ts";
import { diskFull } from "./disk-full.ts";
import { MachineEnded } from "./machine-ended.ts";

/** A disk with the entries of one store on it, which outlives the store, and fails on order. */
export class SimulatedDisk {
  #entries: ReadonlyMap<string, StoreEntry> = new Map();
  #revision = 0;
  #ending: "kept" | "lost" | undefined;

  /** Nothing can be written while it is so. */
  isFull = false;

  /** In its next write the machine ends, and nobody hears whether the write was kept. */
  endInNextWrite(outcome: "kept" | "lost"): void {
    this.#ending = outcome;
  }

  /** The store as a daemon finds it that starts on this disk. */
  open(): Store {
    let isGone = false;
    const check = (): void => assert(!isGone, "the store is neither closed nor its machine ended");
    return {
      get: (key) => {
        check();
        return this.#entries.get(key);
      },
      list: (prefix) => {
        check();
        return [...this.#entries.values()]
          .filter(({ key }) => key.startsWith(prefix))
          .sort((a, b) => compareCodePoints(a.key, b.key));
      },
      write: (changes) => {
        check();
        const ending = this.#ending;
        this.#ending = undefined;
        isGone = ending !== undefined;
        if (ending === "lost") throw new MachineEnded("the machine ended before the write");
        const revision = this.#write(changes);
        if (ending === "kept") throw new MachineEnded("the machine ended after the write");
        return revision;
      },
      close: () => void (isGone = true),
    };
  }

  #write(changes: readonly StoreChange[]): number | undefined {
    assert(new Set(changes.map(({ key }) => key)).size === changes.length, "each key comes once");
    if (!changes.every((change) => this.#isExpected(change))) return undefined;
    if (this.isFull) throw diskFull();
    const revision = this.#revision + 1;
    const entries = new Map(this.#entries);
    for (const { key, value } of changes) {
      assert(key.isWellFormed() && value?.isWellFormed() !== false, "texts are Unicode");
      if (value === undefined) entries.delete(key);
      else entries.set(key, { key, value, revision });
    }
    this.#entries = entries;
    this.#revision = revision;
    return revision;
  }

  #isExpected({ key, expected }: StoreChange): boolean {
    return expected === undefined || expected === (this.#entries.get(key)?.revision ?? 0);
  }
}
