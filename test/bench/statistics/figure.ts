import type { Comparison } from "./rounds.ts";
import type { Summary } from "./statistics.ts";

/** What a figure counts; `×` is a ratio to the reference of the same run. */
export type Unit = "×" | "µs" | "ms" | "s" | "KB" | "MB" | "%";

/** One measured figure: the median of its rounds, and how far they lie apart. */
export interface Figure extends Summary {
  readonly name: string;
  readonly unit: Unit;
  /** The most it may be; without it, the figure only explains another. */
  readonly asked: number | undefined;
  /** What is asked is the least: more is better. */
  readonly isLeast?: boolean;
  /** What the ratio is made of, or what else a reader wants to know. */
  readonly note: string;
}

/** Whether the median keeps what was promised. */
export function isMet({ median, asked, isLeast = false }: Figure): boolean {
  if (asked === undefined) return true;
  return isLeast ? median >= asked : median <= asked;
}

/** The figure of two sides that took turns; `note` says what each of them took. */
export function ratioFigure(
  name: string,
  { ratio, ours, reference }: Comparison,
  about: { readonly asked: number | undefined; readonly of: string },
): Figure {
  const note = `${formatNs(ours.median)}, ${about.of} ${formatNs(reference.median)}`;
  return { name, unit: "×", asked: about.asked, note, ...ratio };
}

/** Nanoseconds for people, with three digits. */
export function formatNs(ns: number): string {
  const [divisor, unit] =
    ns < 1e3 ? [1, "ns"] : ns < 1e6 ? [1e3, "µs"] : ns < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  return `${Number((ns / divisor).toPrecision(3))} ${unit}`;
}
