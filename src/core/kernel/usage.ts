/** What a process has used so far. */
export interface Usage {
  /** Time it computed, its calls included. */
  readonly cpuNs: number;
  /** Time since it was started. */
  readonly wallNs: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number;
  /** Kernel calls made. */
  readonly calls: number;
  /** Bytes read from and written to files, streams and sockets. */
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** How often it gave way: to wait, or because its slice was over. */
  readonly switches: number;
  readonly preemptions: number;
}

/** The counters behind `Usage`, kept by the process as it goes. */
export class Meter {
  cpuNs = 0;
  calls = 0;
  readBytes = 0;
  writtenBytes = 0;
  /** Bytes written to stdout and stderr, which the `output` limit bounds. */
  outputBytes = 0;
  switches = 0;
  preemptions = 0;
}
