import type { HostStat, HostTimes } from "#core/host";

const filesMax = 1024;

/** A time the host was told, what it made of it, and what was meant. */
interface Time {
  readonly hostNs: bigint;
  readonly meantNs: bigint;
}

interface FileTimes {
  readonly accessed: Time;
  readonly modified: Time;
}

/**
 * Node sets times in whole microseconds; guests mean nanoseconds, and read them back to compare.
 * So what was meant is remembered and answered for as long as the host has the time it made of
 * it: any later change of the file shows at once. Only the last 1,024 files are remembered.
 */
export class ExactTimes {
  readonly #files = new Map<string, FileTimes>();

  /** What the times of a file are to be set to, when one of them may be to stay as it is. */
  meant(times: HostTimes, now: HostStat): { accessedNs: bigint; modifiedNs: bigint } {
    return {
      accessedNs: times.accessedNs ?? now.accessedNs,
      modifiedNs: times.modifiedNs ?? now.modifiedNs,
    };
  }

  /** Remembers that `meant` was set and the host now answers `made`. */
  remember(meant: { accessedNs: bigint; modifiedNs: bigint }, made: HostStat): void {
    const key = keyOf(made);
    this.#files.delete(key);
    this.#files.set(key, {
      accessed: { hostNs: made.accessedNs, meantNs: meant.accessedNs },
      modified: { hostNs: made.modifiedNs, meantNs: meant.modifiedNs },
    });
    if (this.#files.size <= filesMax) return;
    const [oldest = ""] = this.#files.keys();
    this.#files.delete(oldest);
  }

  /** The host's answer with the times that were meant. */
  correct(stat: HostStat): HostStat {
    const times = this.#files.size === 0 ? undefined : this.#files.get(keyOf(stat));
    if (times === undefined) return stat;
    return {
      ...stat,
      accessedNs: exact(times.accessed, stat.accessedNs),
      modifiedNs: exact(times.modified, stat.modifiedNs),
    };
  }
}

function exact(time: Time, hostNs: bigint): bigint {
  return time.hostNs === hostNs ? time.meantNs : hostNs;
}

function keyOf({ device, inode }: HostStat): string {
  return `${device}:${inode}`;
}
