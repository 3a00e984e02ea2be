import type { Draw } from "./draw.ts";

/** How a service behaves at one time of a scenario. */
export interface ServiceTimes {
  readonly wait: Draw;
  readonly cpu: Draw;
}

/** What callers do who are refused, or get no answer in time. */
export interface Retries {
  readonly attemptsMax: number;
  readonly delayNs: number;
  /** Callers that wait as long as the answer told them. */
  readonly heedRetryAfter: boolean;
}

/** A shape of load on one service, in seconds from its beginning. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly seconds: number;
  /** First calls a second. */
  readonly rate: (second: number) => number;
  readonly times: (second: number) => ServiceTimes;
  readonly startNs: Draw;
  readonly patienceNs: number;
  readonly retries: Retries | undefined;
  readonly min: number;
  readonly max: number;
  readonly atOnceMax: number;
  readonly keepNs: number;
  /** The part of the run that the figures are about. */
  readonly from?: number;
  /** When the load takes a step to a level that it then keeps for a while. */
  readonly step?: { readonly at: number; readonly until: number };
}

/** Calls a second that one instance can answer at most. */
export function capacityEach({ times, atOnceMax }: Scenario, second: number): number {
  const { cpu, wait } = times(second);
  return Math.min(1e9 / cpu.mean, (atOnceMax * 1e9) / (cpu.mean + wait.mean));
}

/** Of an instance that serves well, this part is used; more, and answers queue. */
const comfortablePart = 0.8;

/** How many instances would be just enough at that time, for one who knows the load beforehand. */
export function optimumCount(scenario: Scenario, second: number): number {
  const rate = scenario.rate(second);
  const needed = Math.ceil(rate / (capacityEach(scenario, second) * comfortablePart));
  return Math.min(scenario.max, Math.max(scenario.min, needed));
}
