import { summarize, type Summary } from "./statistics.ts";

/** Does some work once and answers how many nanoseconds it took, as a rule for one of many. */
export type Work = () => number | Promise<number>;

/** Two sides measured in turns. */
export interface Comparison {
  /** Ours by the reference's, round by round: what slows the machine for a while slows both. */
  readonly ratio: Summary;
  readonly ours: Summary;
  readonly reference: Summary;
  readonly ratios: readonly number[];
}

/** A median of fewer says little. */
const roundsUsual = 9;

/** Lets both sides warm up, then measures them in turns; who goes first changes each round. */
export async function compare(
  sides: { readonly ours: Work; readonly reference: Work },
  rounds: number = roundsUsual,
): Promise<Comparison> {
  const ours: number[] = [];
  const reference: number[] = [];
  await sides.ours();
  await sides.reference();
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) ours.push(await sides.ours());
    reference.push(await sides.reference());
    if (round % 2 === 1) ours.push(await sides.ours());
  }
  const ratios = ours.map((ns, round) => ns / (reference[round] ?? Number.NaN));
  return {
    ratio: summarize(ratios),
    ours: summarize(ours),
    reference: summarize(reference),
    ratios,
  };
}

/** How many nanoseconds pass until `work` is done. */
export async function timeNs(work: () => unknown): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) * 1e6;
}

/**
 * How many nanoseconds of the processor this thread takes for `work`. What computes on this thread
 * alone takes as much time as that on a quiet machine; on a busy one only this can be compared.
 */
export async function cpuNs(work: () => unknown): Promise<number> {
  const before = threadCpuNs();
  await work();
  return threadCpuNs() - before;
}

function threadCpuNs(): number {
  // Linux adds up what a thread has run at its clock's ticks, every 4 ms; asking for the whole
  // process first brings it up to date.
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1e3;
}
