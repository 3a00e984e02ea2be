import type { Entry } from "#core/journal/format";
import { assert } from "#core/base";
import type { GrantedPorts } from "#core/host/granted";
import type { Boundary, CallObserver, Process } from "#core/kernel";
import type { ExitReason } from "#core/sys";
import { RecordingPorts } from "./recording-ports.ts";

/**
 * Sees all that comes into one process, and what it does with it, as entries of a journal:
 *
 *     call  asked…  (arrival… waits)…  arrival…  answer  mark?  arrival…  …  ended  delivery…
 *
 * The order of entries is the order of events. What the outside answers at once stands where it
 * was asked; what it answers later stands where it arrived, apart from the call that takes it.
 * What becomes of the entries is for those to say who extend this.
 */
export abstract class JournalBoundary implements Boundary, CallObserver {
  readonly flushesWhenPaused = true;
  #hasBlocked = false;
  #callCount = 0;

  get observer(): CallObserver {
    return this;
  }

  /** Calls seen so far. */
  get callCount(): number {
    return this.#callCount;
  }

  ports(direct: GrantedPorts | undefined): GrantedPorts {
    assert(direct !== undefined, "a recorder wraps real ports");
    return new RecordingPorts(direct, (entry) => this.note(entry)).granted;
  }

  entered(_process: Process, row: number, parameters: readonly (number | bigint)[]): void {
    this.#callCount += 1;
    this.#hasBlocked = false;
    this.note({ kind: "call", row, parameters });
  }

  answered(process: Process, _row: number, answer: number): void {
    this.note({ kind: "answer", answer });
    this.stands(process);
  }

  blocked(process: Process): void {
    // A second look that finds nothing is an event too: what it did depends on when it came.
    if (this.#hasBlocked) this.note({ kind: "waits" });
    this.#hasBlocked = true;
    this.stands(process);
  }

  /** Nobody is told that it stands: it does so at some instruction between two calls. */
  flushed(): void {
    this.note({ kind: "flushed" });
  }

  abstract ended(process: Process, reason: ExitReason): void;

  protected abstract note(entry: Entry): void;

  /** The guest stands in a call, where a replay can find it again. */
  protected stands(_process: Process): void {}
}
