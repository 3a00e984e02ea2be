import { capacityEach, type Scenario } from "./scenario.ts";
import { type Moment, quantile, type Timeline } from "./timeline.ts";

/** What a run of one shape comes to. */
export interface LoadFigures {
  /** The most instances by the most that the optimum had, less 1. */
  readonly overshoot: number;
  /** From the step until the number of instances stays within a fifth, or 1, of where it ends. */
  readonly settledSeconds: number | undefined;
  /** How often the number of instances turned round, by at least a tenth. */
  readonly turns: number;
  /** Parts of all attempts. */
  readonly refused: number;
  readonly late: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers in time, by what was offered or could have been answered, whichever is less. */
  readonly goodput: number;
  /** Instance-seconds by those of the optimum. */
  readonly cost: number;
  /** Seconds in which fewer than 95 of 100 of what could have been were answered in time. */
  readonly badSeconds: number;
}

export function figuresOf(scenario: Scenario, timeline: Timeline): LoadFigures {
  const from = scenario.from ?? 0;
  const moments = timeline.moments.slice(from);
  const took = timeline.tookMs.slice(from).flat();
  const sum = (of: (moment: Moment) => number): number =>
    moments.reduce((total, moment) => total + of(moment), 0);
  const most = (of: (moment: Moment) => number): number => Math.max(...moments.map(of));
  const attempts = sum(({ answered, late, refused }) => answered + late + refused);
  const possible = (moment: Moment): number => {
    const each = capacityEach(scenario, moment.second + 0.5);
    return Math.min(moment.offered, each * scenario.max);
  };
  return {
    overshoot: most(({ instances }) => instances) / most(({ optimum }) => optimum) - 1,
    settledSeconds: settled(scenario, timeline.moments),
    turns: turns(moments.map(({ instances }) => instances)),
    refused: sum(({ refused }) => refused) / attempts,
    late: sum(({ late }) => late) / attempts,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    goodput: sum(({ answered }) => answered) / sum(possible),
    cost: sum(({ instances }) => instances) / sum(({ optimum }) => optimum),
    badSeconds: moments.filter((moment) => moment.answered < 0.95 * possible(moment)).length,
  };
}

function settled({ step }: Scenario, moments: readonly Moment[]): number | undefined {
  if (step === undefined) return undefined;
  const after = moments.slice(step.at, step.until);
  const tail = after.slice(-20);
  const end = tail.reduce((sum, { instances }) => sum + instances, 0) / tail.length;
  const band = Math.max(1, end / 5);
  const last = after.findLastIndex(({ instances }) => Math.abs(instances - end) > band);
  return last + 1;
}

/** Extremes that are followed by a way back of a tenth, or 1, at least. */
function turns(values: readonly number[]): number {
  let count = 0;
  let direction = 0;
  let extreme = values[0] ?? 0;
  for (const value of values) {
    const band = Math.max(1, extreme / 10);
    if (direction >= 0 && value > extreme) extreme = value;
    else if (direction <= 0 && value < extreme) extreme = value;
    if (Math.abs(value - extreme) < band) {
      if (direction === 0 && value !== values[0]) direction = Math.sign(value - (values[0] ?? 0));
      continue;
    }
    if (direction !== 0) count += 1;
    direction = Math.sign(value - extreme);
    extreme = value;
  }
  return count;
}
