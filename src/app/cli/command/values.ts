import {
  type ErrorCode,
  type LimitName,
  type LimitUnit,
  parseLimit,
  PlatformError,
} from "#core/sys";

/** What an option's value is called in the help, by the unit of its limit. */
export const valueNames: Readonly<Record<LimitUnit, string>> = {
  bytes: "BYTES",
  ns: "DURATION",
  count: "N",
  cores: "CORES",
};

/** Where a value was given. */
interface Given {
  readonly option: string;
  readonly found: string;
  /** The command whose option it is, if not `run`. */
  readonly command?: string | undefined;
}

/** Reads a limit's value as an option has it. Throws `USAGE` or `LIMIT_OUT_OF_RANGE`. */
export function readLimit(name: LimitName, given: Given): number {
  const value = parseLimit(name, given.found);
  if (typeof value === "number") return value;
  const code = value.isOutOfRange ? "LIMIT_OUT_OF_RANGE" : "USAGE";
  throw valueError({ ...given, expected: value.why, code });
}

/** A value that cannot be used: names the option, what was found and what was expected. */
export function valueError(
  problem: Given & { readonly expected: string; readonly code: ErrorCode },
): PlatformError {
  const { option, found, command = "run", expected, code } = problem;
  return new PlatformError(`cannot use --${option} "${found}": ${expected}`, {
    code,
    hint: `noos help ${command}`,
  });
}
