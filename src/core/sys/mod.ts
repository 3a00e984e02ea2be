/**
 * The shared nouns: error numbers, exit reasons, limits, process numbers, operator's errors.
 *
 * Knows: what these things are called and what bounds they have; no behaviour of any of them.
 * Must hold: an `Errno` is a singleton compared by identity and is returned, never thrown; a
 * `PlatformError` is thrown and carries a code of the table and the next step to take.
 * Never imports: anything but base.
 * Start reading at `exit-reason.ts` and `limits.ts`.
 */
export { type ErrorCode, errorCodes } from "./codes.ts";
export { errno, Errno, errnoNamed, type ErrnoName } from "./errno.ts";
export { describeExit, type ExitReason, type GuestFrame, type KilledBy } from "./exit-reason.ts";
export {
  defaultLimits,
  formatBytes,
  formatDuration,
  formatLimit,
  type LimitName,
  limits,
  type Limits,
  type LimitUnit,
} from "./limits.ts";
export { type DirectoryGrant, parseDirectoryGrant } from "./directory-grant.ts";
export type { Pid } from "./pid.ts";
export { PlatformError } from "./platform-error.ts";
export { type LimitRefusal, parseLimit, quantityForms } from "./quantity.ts";
