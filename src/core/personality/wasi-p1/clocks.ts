import type { Process } from "#core/kernel";
import { errno, type Errno } from "#core/sys";
import { clockid } from "#core/personality/wasi-p1/abi";

/** What the clocks promise at best: a guest gets microseconds of real time, else nanoseconds. */
const resolutionNs = { realtime: 1_000n, other: 1n } as const;

export function clockResGet(process: Process, id: number, result: number): Errno | undefined {
  if (id < clockid.realtime || id > clockid.threadCpu) return errno.EINVAL;
  const ns = id === clockid.realtime ? resolutionNs.realtime : resolutionNs.other;
  process.memory.setU64(result, ns);
  return undefined;
}

export function clockTimeGet(
  process: Process,
  id: number,
  _precision: bigint,
  result: number,
): Errno | undefined {
  const ns = clockNow(process, id);
  if (ns === undefined) return errno.EINVAL;
  process.memory.setU64(result, ns);
  return undefined;
}

/** What the guest's clock `id` shows now, in nanoseconds; `undefined` for a clock unknown. */
export function clockNow(process: Process, id: number): bigint | undefined {
  const { clock } = process.outside;
  switch (id) {
    case clockid.realtime:
      return clock.realtimeNs();
    case clockid.monotonic:
      return clock.monotonicNs();
    case clockid.processCpu:
    case clockid.threadCpu:
      return clock.cpuNs();
    default:
      return undefined;
  }
}
