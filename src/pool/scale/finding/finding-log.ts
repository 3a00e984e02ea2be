import { assert } from "#core/base";
import type { Finding } from "./finding.ts";

/** A finding that may have been made several times in a row. */
export interface KeptFinding {
  /** The latest one. */
  readonly finding: Finding;
  /** When it was first made, and how often since. */
  readonly sinceNs: number;
  readonly times: number;
}

/**
 * The last few findings of each controller about one spec. One that decides the same for the same
 * reason takes one place, however often it does, so that what is kept reaches back to what changed.
 */
export class FindingLog {
  readonly #kept: KeptFinding[] = [];
  readonly #eachMax: number;

  constructor(eachMax = 6) {
    assert(eachMax > 0, "a log of findings keeps one at least");
    this.#eachMax = eachMax;
  }

  /** Keeps it, unless it is the very one that was noted last. */
  note(finding: Finding): void {
    const { by, decided, why } = finding;
    const index = this.#kept.findLastIndex((kept) => kept.finding.by === by);
    const last = this.#kept[index];
    if (last?.finding === finding) return;
    if (last?.finding.decided === decided && last.finding.why === why) {
      this.#kept[index] = { finding, sinceNs: last.sinceNs, times: last.times + 1 };
      return;
    }
    this.#kept.push({ finding, sinceNs: finding.atNs, times: 1 });
    const isOfIt = (kept: KeptFinding): boolean => kept.finding.by === by;
    if (this.#kept.filter(isOfIt).length > this.#eachMax) {
      this.#kept.splice(this.#kept.findIndex(isOfIt), 1);
    }
  }

  /** The oldest first. */
  entries(): readonly KeptFinding[] {
    return [...this.#kept];
  }
}
