/** Whole numbers from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A set of whole numbers as the fewest ranges that hold it, in order. */
export class Ranges {
  #all: Range[] = [];

  get all(): readonly Range[] {
    return this.#all;
  }

  /** The first number behind all that are in it. */
  get end(): number {
    return this.#all.at(-1)?.to ?? 0;
  }

  add(added: Range): void {
    if (added.from >= added.to) return;
    const last = this.#all.at(-1);
    // Nearly every range goes on where the last one ended.
    if (last === undefined || last.to < added.from) {
      this.#all.push(added);
      return;
    }
    const before = this.#all.filter(({ to }) => to < added.from);
    const behind = this.#all.filter(({ from }) => from > added.to);
    const joined = this.#all.slice(before.length, this.#all.length - behind.length);
    const from = Math.min(added.from, ...joined.slice(0, 1).map((range) => range.from));
    const to = Math.max(added.to, ...joined.slice(-1).map((range) => range.to));
    this.#all = [...before, { from, to }, ...behind];
  }

  /** Takes out all from `from` on. */
  cut(from: number): void {
    this.#all = this.#all
      .filter((range) => range.from < from)
      .map((range) => ({ from: range.from, to: Math.min(range.to, from) }));
  }

  /** The parts of `wanted` that are in it. */
  within(wanted: Range): Range[] {
    return this.#all
      .map(({ from, to }) => ({ from: Math.max(from, wanted.from), to: Math.min(to, wanted.to) }))
      .filter(({ from, to }) => from < to);
  }

  /** The parts of `wanted` that are not in it. */
  missing(wanted: Range): Range[] {
    const missing: Range[] = [];
    let at = wanted.from;
    for (const { from, to } of this.within(wanted)) {
      if (from > at) missing.push({ from: at, to: from });
      at = to;
    }
    if (at < wanted.to) missing.push({ from: at, to: wanted.to });
    return missing;
  }
}
