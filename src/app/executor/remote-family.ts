import type { ChildId, Family, Notice, SpawnRequest } from "#core/host";
import { type Errno, errnoNamed, type ErrnoName } from "#core/sys";
import type { ExecutorEvent, Life } from "#pool/host";

/** The family of one process: its requests go to the daemon, where the tree is. */
export class RemoteFamily implements Family {
  readonly path: string;
  readonly #life: Life;
  readonly #tell: (event: ExecutorEvent) => void;
  /** Calls back in a later turn. */
  readonly #later: (callback: () => void) => void;
  readonly #notices: Notice[] = [];
  #next: ((notice: Notice) => void) | undefined;
  #spawned: ((result: ChildId | Errno) => void) | undefined;
  #isClosed = false;

  constructor(
    process: { readonly path: string; readonly life: Life },
    around: {
      readonly tell: (event: ExecutorEvent) => void;
      readonly later: (callback: () => void) => void;
    },
  ) {
    this.path = process.path;
    this.#life = process.life;
    this.#tell = around.tell;
    this.#later = around.later;
  }

  spawn(request: SpawnRequest, answer: (result: ChildId | Errno) => void): void {
    this.#spawned = answer;
    this.#tell({ kind: "spawn", life: this.#life, request });
  }

  next(answer: (notice: Notice) => void): void {
    this.#next = answer;
    if (this.#notices.length > 0) this.#later(() => this.#hand());
  }

  acknowledge(child: ChildId): Errno | undefined {
    this.#tell({ kind: "acknowledge", life: this.#life, child });
    return undefined;
  }

  end(child: ChildId, graceNs: number): Errno | undefined {
    this.#tell({ kind: "end-child", life: this.#life, child, graceNs });
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#next = undefined;
    this.#spawned = undefined;
  }

  /** The daemon's answer to `spawn`. */
  answer(answer: ChildId | ErrnoName): void {
    const spawned = this.#spawned;
    this.#spawned = undefined;
    spawned?.(typeof answer === "string" ? errnoNamed(answer) : answer);
  }

  /** Something the process is to be told. */
  notice(notice: Notice): void {
    if (this.#isClosed) return;
    this.#notices.push(notice);
    this.#hand();
  }

  #hand(): void {
    const next = this.#next;
    if (next === undefined) return;
    const notice = this.#notices.shift();
    if (notice === undefined) return;
    this.#next = undefined;
    next(notice);
  }
}
