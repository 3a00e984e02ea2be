/** What became of the calls to a spec in one span of time: plain data that can be added up. */
export interface LoadSample {
  readonly spanNs: number;
  /** Calls that came, those among them that were refused, too. */
  readonly arrivedCount: number;
  readonly answeredCount: number;
  /** Calls in instances, multiplied by how long they were there. */
  readonly inFlightNs: number;
  /** What the instances computed. */
  readonly cpuNs: number;
  /** Of the answered: the logarithms of their times in an instance, in ns. */
  readonly logNsSum: number;
}

/** The sample of several executors that measured the same span. */
export function addSamples(samples: readonly LoadSample[]): LoadSample {
  const sum = (of: (sample: LoadSample) => number): number =>
    samples.reduce((total, sample) => total + of(sample), 0);
  return {
    spanNs: samples.reduce((most, { spanNs }) => Math.max(most, spanNs), 0),
    arrivedCount: sum(({ arrivedCount }) => arrivedCount),
    answeredCount: sum(({ answeredCount }) => answeredCount),
    inFlightNs: sum(({ inFlightNs }) => inFlightNs),
    cpuNs: sum(({ cpuNs }) => cpuNs),
    logNsSum: sum(({ logNsSum }) => logNsSum),
  };
}
