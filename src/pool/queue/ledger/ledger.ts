import { assert, unreachable } from "#core/base";
import { Heap } from "#core/base/collections";
import { type Deadline, Entry, isStanding } from "./entry.ts";
import { Line } from "./line.ts";
import type { Message, MessageId, MessageView, QueueCounts, Stage } from "./message.ts";
import type { DueAgain, Move } from "./moves.ts";

const isSooner = (a: Deadline, b: Deadline): boolean => a.atMs < b.atMs;

/**
 * All messages of a queue that are not acknowledged, and which of them are next. It changes by
 * moves and by the time it is told, and decides nothing: see `decide.ts`.
 */
export class Ledger {
  readonly #entries = new Map<MessageId, Entry>();
  readonly #lines = new Map<string, Line>();
  /** Those that may be handed out; some of them no longer, which shows when they are taken. */
  readonly #offered = new Heap<Entry>((a, b) => a.id < b.id);
  /** When those that wait are due, and when leases run out; some of them not any more. */
  readonly #dues = new Heap<Deadline>(isSooner);
  readonly #leases = new Heap<Deadline>(isSooner);
  readonly #stageCounts = { waiting: 0, leased: 0, dead: 0 };
  #dueCount = 0;
  #offeredCount = 0;
  #sizeBytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get(id: MessageId): Message | undefined {
    return this.#entries.get(id);
  }

  /** In no order that means anything. */
  all(): IterableIterator<Message> {
    return this.#entries.values();
  }

  counts(): QueueCounts {
    const { waiting, leased, dead } = this.#stageCounts;
    return {
      ready: this.#offeredCount,
      held: this.#dueCount - this.#offeredCount,
      delayed: waiting - this.#dueCount,
      leased,
      dead,
      sizeBytes: this.#sizeBytes,
      oldestReadySentAtMs: this.#firstOffered()?.sentAtMs,
    };
  }

  /** When something changes by itself next: a message is due, or a lease runs out. */
  nextAtMs(): number | undefined {
    const [due, lease] = [firstStanding(this.#dues), firstStanding(this.#leases)];
    return due === undefined || lease === undefined
      ? (due ?? lease)?.atMs
      : Math.min(due.atMs, lease.atMs);
  }

  /** Takes in a message that was sent, or one of a checkpoint. */
  add(message: MessageView): void {
    assert(!this.#entries.has(message.id), "a message is added once");
    const entry = new Entry(message);
    this.#entries.set(entry.id, entry);
    this.#sizeBytes += entry.sizeBytes;
    this.#stageCounts[entry.stage.kind] += 1;
    this.#settle(entry);
    if (entry.stage.kind !== "dead") this.#lineUp(entry);
  }

  /** The content of a message stands elsewhere from now on. */
  relocate(id: MessageId, position: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.position = position;
  }

  /** Has those be due whose time has come. */
  advance(nowMs: number): void {
    for (;;) {
      const due = firstStanding(this.#dues);
      if (due === undefined || due.atMs > nowMs) return;
      this.#dues.pop();
      due.entry.isDue = true;
      this.#dueCount += 1;
      this.#offer(due.entry);
    }
  }

  /** Whose lease has run out. They are named once: a move must follow that ends the lease. */
  takeExpired(nowMs: number, most: number): readonly Message[] {
    const found: Message[] = [];
    while (found.length < most) {
      const lease = firstStanding(this.#leases);
      if (lease === undefined || lease.atMs > nowMs) break;
      this.#leases.pop();
      found.push(lease.entry);
    }
    return found;
  }

  /**
   * Those to be handed out next, at least one if there is any. They are not offered any more: a
   * move must follow that leases them.
   */
  take(most: { readonly messages: number; readonly bytes: number }): readonly Message[] {
    const taken: Message[] = [];
    let bytesLeft = most.bytes;
    while (taken.length < most.messages) {
      const entry = this.#firstOffered();
      if (entry === undefined) break;
      bytesLeft -= entry.sizeBytes;
      if (bytesLeft < 0 && taken.length > 0) break;
      this.#offered.pop();
      this.#withdraw(entry);
      taken.push(entry);
    }
    return taken;
  }

  /** Makes a move; messages that are not there any more are passed over. */
  apply(move: Move): void {
    switch (move.kind) {
      case "leased":
        return this.#each(move.ids, (entry) => {
          entry.attempts += 1;
          entry.deliveries += 1;
          this.#put(entry, { kind: "leased", untilMs: move.untilMs });
        });
      case "extended":
        return this.#each(move.ids, (entry) =>
          this.#put(entry, { kind: "leased", untilMs: move.untilMs }),
        );
      case "returned":
        return this.#putBack(move.messages, 0);
      case "released":
        return this.#putBack(move.messages, 1);
      case "died":
        return this.#each(move.ids, (entry) =>
          this.#put(entry, { kind: "dead", sinceMs: move.atMs, cause: move.cause }),
        );
      case "redriven":
        return this.#each(move.ids, (entry) => {
          entry.attempts = 0;
          this.#put(entry, { kind: "waiting", dueAtMs: move.atMs });
          this.#lineUp(entry);
        });
      case "acknowledged":
      case "removed":
        return this.#each(move.ids, (entry) => this.#remove(entry));
      default:
        return unreachable(move);
    }
  }

  #putBack(messages: readonly DueAgain[], attemptsLess: number): void {
    for (const { id, dueAtMs } of messages) {
      this.#each([id], (entry) => {
        entry.attempts = Math.max(0, entry.attempts - attemptsLess);
        this.#put(entry, { kind: "waiting", dueAtMs });
      });
    }
  }

  #each(ids: readonly MessageId[], deed: (entry: Entry) => void): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) deed(entry);
    }
  }

  #put(entry: Entry, stage: Stage): void {
    this.#leave(entry);
    entry.stage = stage;
    this.#stageCounts[stage.kind] += 1;
    this.#settle(entry);
    this.#offerNext(entry.key);
  }

  #remove(entry: Entry): void {
    this.#leave(entry);
    entry.isGone = true;
    this.#entries.delete(entry.id);
    this.#sizeBytes -= entry.sizeBytes;
    this.#offerNext(entry.key);
  }

  #leave(entry: Entry): void {
    this.#withdraw(entry);
    if (entry.isDue) this.#dueCount -= 1;
    entry.isDue = false;
    this.#stageCounts[entry.stage.kind] -= 1;
  }

  #withdraw(entry: Entry): void {
    if (entry.isOffered) this.#offeredCount -= 1;
    entry.isOffered = false;
  }

  #settle(entry: Entry): void {
    const { stage } = entry;
    if (stage.kind === "waiting") this.#dues.push({ entry, stage, atMs: stage.dueAtMs });
    if (stage.kind === "leased") this.#leases.push({ entry, stage, atMs: stage.untilMs });
  }

  #lineUp(entry: Entry): void {
    if (entry.key === undefined) return;
    const line = this.#lines.getOrInsertComputed(entry.key, () => new Line());
    const before = line.first();
    line.join(entry);
    // One that came back from the dead goes before those sent after it.
    if (before !== undefined && line.first() !== before) this.#withdraw(before);
  }

  /** The first of a key may be handed out now, for the one before it is gone. */
  #offerNext(key: string | undefined): void {
    if (key === undefined) return;
    const first = this.#lines.get(key)?.first();
    if (first === undefined) this.#lines.delete(key);
    else this.#offer(first);
  }

  #offer(entry: Entry): void {
    if (!entry.isDue || entry.isOffered) return;
    if (entry.key !== undefined && this.#lines.get(entry.key)?.first() !== entry) return;
    entry.isOffered = true;
    this.#offeredCount += 1;
    this.#offered.push(entry);
  }

  #firstOffered(): Entry | undefined {
    for (;;) {
      const entry = this.#offered.peek();
      if (entry === undefined || (entry.isOffered && !entry.isGone)) return entry;
      this.#offered.pop();
    }
  }
}

function firstStanding(heap: Heap<Deadline>): Deadline | undefined {
  for (;;) {
    const deadline = heap.peek();
    if (deadline === undefined || isStanding(deadline)) return deadline;
    heap.pop();
  }
}
