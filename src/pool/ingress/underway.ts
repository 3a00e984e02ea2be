import { LinkedList } from "#core/base/collections";
import type { Visit } from "./visit.ts";

/** The visits that instances have, among them those without a beginning of an answer. */
export class Underway {
  #count = 0;
  readonly #unanswered = new LinkedList<Visit>();

  get count(): number {
    return this.#count;
  }

  /** The one that was given first of those that are not answered. */
  get oldestUnanswered(): Visit | undefined {
    return this.#unanswered.first;
  }

  add(visit: Visit): void {
    this.#count += 1;
    visit.inUnanswered = this.#unanswered.add(visit);
  }

  /** It is answered, or it does not matter any more; whether it was waited for until now. */
  answered({ inUnanswered }: Visit): boolean {
    return inUnanswered !== undefined && this.#unanswered.remove(inUnanswered);
  }

  /** No instance has it any more; as `answered`. */
  remove(visit: Visit): boolean {
    this.#count -= 1;
    visit.holder = undefined;
    return this.answered(visit);
  }
}
