import { Histogram, type HistogramView } from "#core/base";

/** Why a request was not given to a program, or its answer not waited for any more. */
export type RefusalReason =
  /** Nothing has its route. */
  | "no-route"
  /** As many wait as may. */
  | "line-full"
  /** It would have waited for longer than it may. */
  | "no-time"
  /** The line has not been empty for a while, and it would not have been served soon. */
  | "line-stands"
  /** It waited as long as it may. */
  | "waited"
  /** Instances fail again and again, and the next may start only later. */
  | "not-starting"
  /** What served it ends. */
  | "closing"
  /** No answer began in time. */
  | "timeout"
  /** The instance that had it ended. */
  | "instance-ended"
  /** Its answer went on for longer than the instance that gave it had to leave. */
  | "drained";

/** What came to a process that serves, and what became of it. Plain data. */
export interface Traffic {
  /** Instances that take requests at the moment, and those on their way to it. */
  readonly ready: number;
  readonly starting: number;
  /** Requests that wait for an instance at the moment, and those that an instance has. */
  readonly waiting: number;
  readonly inFlight: number;
  /** All that came so far. */
  readonly arrived: number;
  /** Of those, how many a program answered, by the class of the status: `2xx`. */
  readonly answered: Readonly<Record<string, number>>;
  /** How many were refused, by `RefusalReason`. */
  readonly refused: Readonly<Record<string, number>>;
  /** How many a program gave up, and how many had nobody waiting any more. */
  readonly failed: number;
  readonly gone: number;
  /** From a request's arrival to the end of its answer. */
  readonly durationSeconds: HistogramView;
  /** From the start of each instance until it asked for a request. */
  readonly summonSeconds: HistogramView;
  /** Of requests that waited for an instance; there as soon as one did. */
  readonly coldSeconds?: ColdSeconds;
}

/**
 * How long such requests were in line, how long of their waiting the instance that took them was
 * being started, and how long until their answer began.
 */
export interface ColdSeconds {
  readonly line: HistogramView;
  readonly start: HistogramView;
  readonly run: HistogramView;
}

/** Of a process that nothing came to. */
export const noTraffic: Traffic = {
  ready: 0,
  starting: 0,
  waiting: 0,
  inFlight: 0,
  arrived: 0,
  answered: {},
  refused: {},
  failed: 0,
  gone: 0,
  durationSeconds: new Histogram().view(),
  summonSeconds: new Histogram().view(),
};

/** That of several processes together. */
export function addTraffic(a: Traffic, b: Traffic): Traffic {
  return {
    ready: a.ready + b.ready,
    starting: a.starting + b.starting,
    waiting: a.waiting + b.waiting,
    inFlight: a.inFlight + b.inFlight,
    arrived: a.arrived + b.arrived,
    answered: addCounts(a.answered, b.answered),
    refused: addCounts(a.refused, b.refused),
    failed: a.failed + b.failed,
    gone: a.gone + b.gone,
    durationSeconds: merged(a.durationSeconds, b.durationSeconds),
    summonSeconds: merged(a.summonSeconds, b.summonSeconds),
    ...addCold(a.coldSeconds, b.coldSeconds),
  };
}

function addCold(
  a: ColdSeconds | undefined,
  b: ColdSeconds | undefined,
): Pick<Traffic, "coldSeconds"> {
  if (a === undefined || b === undefined) {
    const one = a ?? b;
    return one === undefined ? {} : { coldSeconds: one };
  }
  const line = merged(a.line, b.line);
  return { coldSeconds: { line, start: merged(a.start, b.start), run: merged(a.run, b.run) } };
}

function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

function merged(a: HistogramView, b: HistogramView): HistogramView {
  const sum = Histogram.of(a);
  sum.merge(Histogram.of(b));
  return sum.view();
}
