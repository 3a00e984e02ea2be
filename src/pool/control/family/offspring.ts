import type { ChildId, EndSummary } from "#core/host";
import { describeEnd, type EndReason, type Epoch } from "#core/supervise";
import type { Life } from "#pool/host";

/** A child that a program started, until the program knows all of its end. */
interface Child {
  readonly life: Life;
  readonly parent: Epoch;
}

/** The children that programs of one app started: under which numbers their parents know them. */
export class Offspring {
  readonly #children = new Map<Epoch, Child>();
  readonly #epochs = new Map<Life, Epoch>();

  add(epoch: Epoch, child: Child): void {
    this.#children.set(epoch, child);
    this.#epochs.set(child.life, epoch);
  }

  get(epoch: Epoch): Child | undefined {
    return this.#children.get(epoch);
  }

  /** The child that a program means, if it is one of its own. */
  epochOf(parent: Epoch, child: ChildId): Epoch | undefined {
    const epoch = this.#epochs.get(child as number as Life);
    return epoch !== undefined && this.#children.get(epoch)?.parent === parent ? epoch : undefined;
  }

  /** Its parent has nothing more to do with it. */
  forget(epoch: Epoch): void {
    const child = this.#children.get(epoch);
    this.#children.delete(epoch);
    if (child !== undefined) this.#epochs.delete(child.life);
  }

  /** The parent has ended: what it did not acknowledge, nobody will. */
  forgetAllOf(parent: Epoch): void {
    for (const [epoch, child] of this.#children) if (child.parent === parent) this.forget(epoch);
  }
}

/** How a child ended, as programs are told. */
export function summaryOf(reason: EndReason): EndSummary {
  const code = reason.kind === "exited" ? reason.code : 0;
  return { kind: reason.kind, code, text: describeEnd(reason) };
}
