import { constant, exponential, lognormal, pareto } from "./draw.ts";
import type { Scenario, ServiceTimes } from "./scenario.ts";

const ms = 1e6;

/** A handler that waits 30 ms for something outside and computes 20 ms: 50 calls a second. */
const ordinary: ServiceTimes = { wait: exponential(30 * ms), cpu: exponential(20 * ms) };

/** What all shapes have in common unless they say otherwise. */
const usual = {
  times: () => ordinary,
  startNs: lognormal(500 * ms, 0.3),
  patienceNs: 2000 * ms,
  retries: undefined,
  min: 0,
  max: 40,
  atOnceMax: 10,
  keepNs: 60e9,
} as const;

function step(second: number): number {
  return second >= 60 && second < 180 ? 400 : 40;
}

function ramp(second: number): number {
  return 40 + 360 * Math.min(1, Math.max(0, (second - 30) / 120));
}

function between(from: number, until: number): (second: number) => boolean {
  return (second) => second >= from && second < until;
}

const inTrouble = between(60, 120);
const stalled = between(60, 70);

/** The shapes of the bench, in the order of the table. */
export const shapes: readonly Scenario[] = [
  {
    ...usual,
    name: "step",
    about: "40 calls a second, 400 from one moment to the next, and back two minutes later",
    seconds: 240,
    rate: step,
    step: { at: 60, until: 180 },
  },
  {
    ...usual,
    name: "ramp",
    about: "from 40 to 400 calls a second in two minutes",
    seconds: 210,
    rate: ramp,
  },
  {
    ...usual,
    name: "sine",
    about: "between 50 and 350 calls a second, up and down every two minutes",
    seconds: 480,
    rate: (second) => 200 - 150 * Math.cos((2 * Math.PI * second) / 120),
  },
  {
    ...usual,
    name: "burst after idle",
    about: "nothing for two minutes, then 300 calls a second for twenty seconds, and nothing",
    seconds: 220,
    rate: (second) => (between(120, 140)(second) ? 300 : second < 5 ? 20 : 0),
    keepNs: 30e9,
  },
  {
    ...usual,
    name: "slow dependency",
    about: "200 calls a second; for a minute what they wait for takes ten times as long",
    seconds: 200,
    rate: () => 200,
    times: (second) =>
      inTrouble(second) ? { ...ordinary, wait: exponential(300 * ms) } : ordinary,
  },
  {
    ...usual,
    name: "retry storm",
    about: "4 instances at 0.7 of what they can; ten seconds stalled, and callers try four times",
    seconds: 200,
    rate: () => 140,
    times: (second) => (stalled(second) ? { ...ordinary, cpu: exponential(200 * ms) } : ordinary),
    retries: { attemptsMax: 4, delayNs: 100 * ms, heedRetryAfter: false },
    patienceNs: 1000 * ms,
    min: 1,
    max: 4,
    atOnceMax: 100,
  },
  {
    ...usual,
    name: "Pareto times",
    about: "200 calls a second whose computing has infinite variance (shape 1.5)",
    seconds: 240,
    rate: () => 200,
    times: () => ({ ...ordinary, cpu: pareto(20 * ms, 1.5) }),
    patienceNs: 10_000 * ms,
  },
  {
    ...usual,
    name: "lognormal times",
    about: "200 calls a second; one in a hundred computes a hundred times the median",
    seconds: 240,
    rate: () => 200,
    times: () => ({ ...ordinary, cpu: lognormal(20 * ms, 2) }),
    patienceNs: 10_000 * ms,
  },
];

/** For overload: 4 instances, which answer 200 calls a second at most, and are all there is. */
export function overload(part: number, options: { readonly isCold: boolean }): Scenario {
  const capacity = 200;
  return {
    ...usual,
    name: `${part}× capacity${options.isCold ? ", from the first moment" : ""}`,
    about: "4 instances, and no more to be had",
    seconds: 120,
    rate: (second) => (second < 30 && !options.isCold ? 0.5 : part) * capacity,
    startNs: constant(500 * ms),
    min: 4,
    max: 4,
    atOnceMax: 100,
    from: 60,
  };
}
