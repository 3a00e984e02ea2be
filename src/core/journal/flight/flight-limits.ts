const KiB = 1024;
const MiB = 1024 * KiB;

/** The bounds of flight recorders, each with its unit. */
interface FlightLimits {
  readonly ringBytesMax: number;
  readonly executorBytesMax: number;
  readonly ringBytesMin: number;
  readonly keptBytesMax: number;
  readonly summedBytesMax: number;
}

/** What flight recorders may take. */
export const flightLimits: FlightLimits = {
  /** Of one process's journal. */
  ringBytesMax: 256 * KiB,
  /** Of the journals of all processes of an executor. */
  executorBytesMax: 64 * MiB,
  /** The least that a ring may be bounded to. */
  ringBytesMin: 4 * KiB,
  /** Of one input or output, once the ring does not reach back to the start. */
  keptBytesMax: 4 * KiB,
  /** A larger memory is not summed at the end of its process: that would hold up all others. */
  summedBytesMax: 32 * MiB,
};
