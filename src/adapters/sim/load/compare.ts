import { FeedbackPolicy } from "./feedback-policy.ts";
import { figuresOf, type LoadFigures } from "./figures.ts";
import { KnativePolicy } from "./knative-policy.ts";
import { runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";

/** One run and what it comes to. */
export interface LoadRun {
  readonly timeline: Timeline;
  readonly figures: LoadFigures;
}

/** The same callers under the controllers of noos and under those of Knative. */
export interface Comparison {
  readonly noos: LoadRun;
  readonly knative: LoadRun;
}

export function compare(scenario: Scenario, seed: number): Comparison {
  const { min, max, atOnceMax, keepNs } = scenario;
  const bounds = { min, max, atOnceMax };
  const run = (policy: FeedbackPolicy | KnativePolicy): LoadRun => {
    const timeline = runScenario(scenario, policy, seed);
    return { timeline, figures: figuresOf(scenario, timeline) };
  };
  return {
    noos: run(new FeedbackPolicy(bounds, keepNs)),
    knative: run(new KnativePolicy(bounds, keepNs)),
  };
}
