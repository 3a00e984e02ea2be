// table: one row per exit status of our own, and one per code of an operator's problem
import type { ErrorCode, ExitReason } from "#core/sys";

/**
 * The exit statuses that mean the platform and not the program. A program's own code is passed
 * through as it is, its lowest eight bits as everywhere on Unix.
 */
export const exitStatus = {
  usage: 120,
  /** Given by `bin/noos` itself, which finds no Node to run any of this. */
  noRuntime: 121,
  refused: 122,
  /** What a run was to leave is not whole: its output, or its recording. */
  incomplete: 123,
  limit: 124,
  interrupted: 125,
  trapped: 126,
  defect: 127,
} as const;

const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  USAGE: exitStatus.usage,
  FILE_NOT_FOUND: exitStatus.usage,
  FILE_NOT_READABLE: exitStatus.usage,
  FILE_NOT_WRITABLE: exitStatus.usage,
  OUTPUT_FAILED: exitStatus.incomplete,
  IMAGE_TOO_LARGE: exitStatus.refused,
  IMAGE_MALFORMED: exitStatus.refused,
  SCRIPT_UNSOUND: exitStatus.refused,
  RUNTIME_MISSING: exitStatus.refused,
  WASM_MALFORMED: exitStatus.refused,
  WASM_UNSUPPORTED: exitStatus.refused,
  WASM_INVALID: exitStatus.refused,
  IMPORT_MISSING: exitStatus.refused,
  ENTRY_MISSING: exitStatus.refused,
  LIMIT_OUT_OF_RANGE: exitStatus.usage,
  MEMORY_OVER_LIMIT: exitStatus.refused,
  TABLE_OVER_LIMIT: exitStatus.refused,
  PROCESSES_OVER_LIMIT: exitStatus.refused,
  GRANT_INVALID: exitStatus.usage,
  LISTEN_FAILED: exitStatus.usage,
  CONNECT_FAILED: exitStatus.usage,
  CERTIFICATE_INVALID: exitStatus.usage,
  MANIFEST_INVALID: exitStatus.usage,
  RECORDING_MALFORMED: exitStatus.incomplete,
  RECORDING_VERSION: exitStatus.incomplete,
  RECORDING_INCOMPLETE: exitStatus.incomplete,
  RECORDING_FAILED: exitStatus.incomplete,
  RECORDING_TAIL: exitStatus.incomplete,
  SPEC_INVALID: exitStatus.usage,
  CHILD_UNKNOWN: exitStatus.usage,
  CHILD_EXISTS: exitStatus.usage,
  CHILD_NOT_DECLARED: exitStatus.usage,
  APP_UNKNOWN: exitStatus.usage,
  CANARY_UNKNOWN: exitStatus.usage,
  REHEARSAL_OFF: exitStatus.usage,
  REHEARSAL_CUT: exitStatus.incomplete,
  IMAGE_UNKNOWN: exitStatus.usage,
  ROUTE_TAKEN: exitStatus.usage,
  SECRET_UNSET: exitStatus.usage,
  SECRET_UNREADABLE: exitStatus.refused,
  POSITION_UNKNOWN: exitStatus.usage,
  CRASH_UNKNOWN: exitStatus.usage,
  CRASH_UNREADABLE: exitStatus.refused,
  STATE_NOT_WRITABLE: exitStatus.refused,
  STATE_DAMAGED: exitStatus.refused,
  STATE_VERSION: exitStatus.refused,
  STATE_IN_USE: exitStatus.usage,
  STATE_EXPOSED: exitStatus.usage,
  STATE_KEY_MISSING: exitStatus.usage,
  DAEMON_UNREACHABLE: exitStatus.usage,
  DAEMON_BUSY: exitStatus.refused,
  DAEMON_FAILED: exitStatus.defect,
  NOT_ALLOWED: exitStatus.usage,
  REQUEST_INVALID: exitStatus.usage,
  REQUEST_TOO_LARGE: exitStatus.usage,
  QUEUE_UNKNOWN: exitStatus.usage,
  QUEUE_FULL: exitStatus.refused,
  MESSAGE_REFUSED: exitStatus.usage,
  SCHEDULE_INVALID: exitStatus.usage,
};

/** The status for an operator's problem; of one that only a newer daemon knows, too. */
export function statusOfError(code: ErrorCode): number {
  const known: Readonly<Partial<Record<ErrorCode, number>>> = statusOfCode;
  return known[code] ?? exitStatus.refused;
}

/** The status for how a process ended. */
export function statusOfExit(reason: ExitReason): number {
  switch (reason.kind) {
    case "exited":
      return reason.code & 0xff;
    case "killed":
      return "limit" in reason.by ? exitStatus.limit : exitStatus.interrupted;
    case "trapped":
      return exitStatus.trapped;
    case "refused":
      return statusOfCode[reason.code];
  }
}
