import { type ExitReason, PlatformError } from "#core/sys";
import type { Usage } from "#core/kernel";
import type { ProcessUsage } from "#pool/host";

export function endedBy(who: string): ExitReason {
  return { kind: "killed", by: { who } };
}

/** Anything but a `PlatformError` is a defect, of which this executor dies. */
export function refusalBy(cause: unknown): ExitReason & { readonly kind: "refused" } {
  if (!(cause instanceof PlatformError)) throw cause;
  const { code, message, hint } = cause;
  return { kind: "refused", code, why: message, hint };
}

/** What the daemon is told of what the kernel counted. */
export function usageToTell(usage: Usage): ProcessUsage {
  const { cpuNs, wallNs, memoryBytes, memoryPeakBytes, calls, readBytes, writtenBytes } = usage;
  return {
    cpuNs,
    wallNs,
    memoryBytes,
    memoryPeakBytes,
    calls,
    readBytes,
    writtenBytes,
    waitNs: Math.max(0, wallNs - cpuNs),
  };
}
