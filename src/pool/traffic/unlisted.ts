/** Requests that a process made to whom its `uses` do not list. Plain data. */
export interface UnlistedCall {
  /** As `uses: { call: … }` would list it, or `otherCallees`. */
  readonly callee: string;
  /** How many were made all the same, and how many were not. */
  readonly letThrough: number;
  readonly refused: number;
}

/** What became of one of them. */
export type UnlistedOutcome = "letThrough" | "refused";

/** So many callees are told apart, of a process and of a spec: programs choose their names. */
export const unlistedCalleesMax = 100;

/** All that came after those; nothing that could be listed is written so. */
export const otherCallees = "(others)";

/** Counts calls by callee, up to the most that are told apart. */
export class UnlistedTally {
  readonly #calls = new Map<string, UnlistedCall>();

  /** The name a callee is counted under. */
  nameFor(callee: string): string {
    const isOne = this.#calls.has(callee) || this.#calls.size < unlistedCalleesMax;
    return isOne ? callee : otherCallees;
  }

  add({ callee, letThrough, refused }: UnlistedCall): void {
    const name = this.nameFor(callee);
    const before = this.#calls.get(name);
    this.#calls.set(name, {
      callee: name,
      letThrough: (before?.letThrough ?? 0) + letThrough,
      refused: (before?.refused ?? 0) + refused,
    });
  }

  /** In the order in which they were first called. */
  get calls(): readonly UnlistedCall[] {
    return [...this.#calls.values()];
  }
}

/** Those of several processes together; the first keep their names where there are too many. */
export function addUnlisted(
  a: readonly UnlistedCall[],
  b: readonly UnlistedCall[],
): readonly UnlistedCall[] {
  const sum = new UnlistedTally();
  for (const call of [...a, ...b]) sum.add(call);
  return sum.calls;
}
