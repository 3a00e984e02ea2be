/** What one spec asks of the places that all specs of an executor share. */
export interface Demand {
  /** How many calls it has in flight, and would have if there were room. */
  readonly wanted: number;
  /** Above 0: of two that both want more, one with twice the weight gets twice as many. */
  readonly weight: number;
}

/**
 * Shares `total` places by weighted max-min fairness: nobody gets more than it wants, and what one
 * leaves goes to the others by their weights. Whole places; in the order of `demands`. Filled like
 * vessels that stand in one water, from the one that is full first (Bertsekas and Gallager, "Data
 * Networks", 6.5.2); O(n log n).
 */
export function fairShares(total: number, demands: readonly Demand[]): readonly number[] {
  const order = demands
    .map(({ wanted, weight }, index) => ({ wanted: Math.floor(wanted), weight, index }))
    .toSorted((a, b) => a.wanted / a.weight - b.wanted / b.weight || a.index - b.index);
  const shares = demands.map(() => 0);
  let left = Math.floor(total);
  let weights = order.reduce((sum, { weight }) => sum + weight, 0);
  for (const { wanted, weight, index } of order) {
    // The last one takes all that is left, so that rounding of weights loses no place.
    const part = weights <= weight ? left : Math.floor((left * weight) / weights);
    const share = Math.min(wanted, part);
    shares[index] = share;
    left -= share;
    weights -= weight;
  }
  return shares;
}
