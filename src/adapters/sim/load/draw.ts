import type { SeededRandom } from "#core/base";

/** A quantity that varies by chance, with its mean. */
export interface Draw {
  readonly mean: number;
  draw(random: SeededRandom): number;
}

/** From 0 up to 1, without 0: its logarithm is finite. */
export function unit(random: SeededRandom): number {
  return (random.next() + 0.5) / 2 ** 32;
}

export function constant(mean: number): Draw {
  return { mean, draw: () => mean };
}

export function exponential(mean: number): Draw {
  return { mean, draw: (random) => -mean * Math.log(unit(random)) };
}

/** `spread` is that of the logarithm: with 2, one in a hundred is a hundred times the median. */
export function lognormal(mean: number, spread: number): Draw {
  const median = mean / Math.exp(spread ** 2 / 2);
  return { mean, draw: (random) => median * Math.exp(spread * normal(random)) };
}

/** `shape` above 1; below 2 the variance is infinite. Cut at a thousand times the mean. */
export function pareto(mean: number, shape: number): Draw {
  const least = (mean * (shape - 1)) / shape;
  return {
    mean,
    draw: (random) => Math.min(1000 * mean, least * unit(random) ** (-1 / shape)),
  };
}

/** By Box and Muller. */
function normal(random: SeededRandom): number {
  const radius = Math.sqrt(-2 * Math.log(unit(random)));
  return radius * Math.cos(2 * Math.PI * unit(random));
}
