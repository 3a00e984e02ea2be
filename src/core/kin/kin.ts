import { assert } from "#core/base";
import type { ChildId, Family, Notice, SpawnRequest } from "#core/host";
import { errno, Errno } from "#core/sys";
import { WaitQueue } from "#core/stream";

/** A process as the parent of its children, and as the child of its own parent. */
export class Kin {
  readonly path: string;
  /** Woken when a start was answered. */
  readonly spawned: WaitQueue = new WaitQueue();
  /** Woken when a notice came. */
  readonly noticed: WaitQueue = new WaitQueue();
  readonly #family: Family;
  readonly #childrenMax: number;
  /** Those the process was not told the end of. */
  readonly #alive = new Set<ChildId>();
  /** Those whose failure it was told of, and has not acknowledged. */
  readonly #failed = new Set<ChildId>();
  #isSpawning = false;
  #spawned: ChildId | Errno | undefined = undefined;
  #isAsking = false;
  #notice: Notice | undefined = undefined;
  #isClosed = false;

  constructor(family: Family, options: { readonly childrenMax: number }) {
    this.path = family.path;
    this.#family = family;
    this.#childrenMax = options.childrenMax;
  }

  /**
   * Asks for a child to be started; `takeSpawned` has the answer when `spawned` wakes. One at a
   * time. EAGAIN when the process has as many children as it may.
   */
  spawn(request: SpawnRequest): Errno | undefined {
    assert(!this.#isSpawning, "a process waits for one start before it asks for the next");
    if (this.#alive.size + this.#failed.size >= this.#childrenMax) return errno.EAGAIN;
    this.#isSpawning = true;
    this.#family.spawn(request, (result) => {
      if (this.#isClosed) return;
      this.#spawned = result;
      this.spawned.wake();
    });
    return undefined;
  }

  /** What came of the start that was asked for; `undefined` as long as that is not known. */
  takeSpawned(): ChildId | Errno | undefined {
    const result = this.#spawned;
    if (result === undefined) return undefined;
    this.#spawned = undefined;
    this.#isSpawning = false;
    if (!(result instanceof Errno)) this.#alive.add(result);
    return result;
  }

  /** Whether a notice waits. When none does, asks the family, which wakes `noticed`. */
  isReady(): boolean {
    if (this.#notice !== undefined) return true;
    if (!this.#isAsking && !this.#isClosed) {
      this.#isAsking = true;
      this.#family.next((notice) => {
        this.#isAsking = false;
        if (this.#isClosed) return;
        this.#notice = notice;
        this.noticed.wake();
      });
    }
    return false;
  }

  /** The notice that waits, which stays. When none does, asks the family, as `isReady`. */
  peekNotice(): Notice | undefined {
    return this.isReady() ? this.#notice : undefined;
  }

  /** The notice that waits; `undefined` unless `isReady()`. */
  takeNotice(): Notice | undefined {
    const notice = this.#notice;
    this.#notice = undefined;
    if (notice?.kind === "ended") {
      this.#alive.delete(notice.child);
      if (notice.isFailure) this.#failed.add(notice.child);
    }
    return notice;
  }

  /** Takes note of a failure the process was told of; ECHILD for anything else. */
  acknowledge(child: ChildId): Errno | undefined {
    if (!this.#failed.has(child)) return errno.ECHILD;
    const refused = this.#family.acknowledge(child);
    if (refused === undefined) this.#failed.delete(child);
    return refused;
  }

  /** Asks a child to end, and ends it after its grace; ECHILD for one that is not alive. */
  end(child: ChildId, graceNs: number): Errno | undefined {
    if (!this.#alive.has(child)) return errno.ECHILD;
    return this.#family.end(child, graceNs);
  }

  /** The process has ended. */
  close(): void {
    this.#isClosed = true;
    this.#family.close();
  }
}
