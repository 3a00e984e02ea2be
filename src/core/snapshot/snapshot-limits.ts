const MiB = 1024 * 1024;

/** What snapshots may take of an executor, and making one of a process that runs ahead. */
export const snapshotLimits: Readonly<
  Record<
    | "heldBytesMax"
    | "snapshotBytesMax"
    | "buildsMax"
    | "callsMax"
    | "forerunnerCpuNs"
    | "forerunnerWallNs",
    number
  >
> = {
  /** All of them together; the one not wanted for longest goes first. */
  heldBytesMax: 64 * MiB,
  /** One of them: what changes more than this takes as long to copy as to be made again. */
  snapshotBytesMax: 8 * MiB,
  /** Builds that something is known of, be it that they cannot be saved. */
  buildsMax: 4096,
  /** Calls that are told to an observer each time. */
  callsMax: 1000,
  forerunnerCpuNs: 1e9,
  forerunnerWallNs: 10e9,
};
