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
 * The last few findings about one spec. A controller that decides the same for the same reason
 * takes one place, however often it does, so that what is kept reaches back to what changed.
 */
export class FindingLog {
  readonly #kept: KeptFinding[] = [];
  readonly #entriesMax: number;

  constructor(entriesMax = 16) {
    assert(entriesMax > 0, "a log of findings keeps one at least");
    this.#entriesMax = entriesMax;
  }

  note(finding: Finding): void {
    const { by, decided, why } = finding;
    const index = this.#kept.findLastIndex((kept) => kept.finding.by === by);
    const last = this.#kept[index];
    if (last?.finding.decided === decided && last.finding.why === why) {
      this.#kept[index] = { finding, sinceNs: last.sinceNs, times: last.times + 1 };
      return;
    }
    this.#kept.push({ finding, sinceNs: finding.atNs, times: 1 });
    if (this.#kept.length > this.#entriesMax) this.#kept.shift();
  }

  /** The oldest first. */
  entries(): readonly KeptFinding[] {
    return [...this.#kept];
  }
}
