import { formatLimit, type LimitName, limits, type Limits } from "#core/sys";
import type { OptionRow, ParsedArguments } from "./command.ts";
import { readLimit, valueNames } from "./values.ts";

/** Options that other tools have made known under another name than the limit's own. */
const knownNames: Readonly<Partial<Record<LimitName, string>>> = {
  "wall-time": "timeout",
  output: "max-output",
};

/** Of executors, parents and those who serve: a process that is run alone has no use for them. */
const ofMany: readonly LimitName[] = ["processes", "children", "exchanges"];

interface LimitOption extends OptionRow {
  readonly limit: LimitName;
}

/** One option for each limit of a process, from the table of limits. */
export const limitOptions: readonly LimitOption[] = (Object.keys(limits) as LimitName[])
  .filter((limit) => !ofMany.includes(limit))
  .map((limit) => ({
    limit,
    name: knownNames[limit] ?? limit,
    value: valueNames[limits[limit].unit],
    meaning: `${limits[limit].meaning} (${formatLimit(limit, limits[limit].default)})`,
  }));

/** The limits that were given as options of a command. Throws `USAGE` or `LIMIT_OUT_OF_RANGE`. */
export function limitsFrom({ flags }: ParsedArguments, command?: string): Partial<Limits> {
  const given: Partial<Record<LimitName, number>> = {};
  for (const { limit, name } of limitOptions) {
    const [found] = flags.get(name) ?? [];
    if (found !== undefined) given[limit] = readLimit(limit, { option: name, found, command });
  }
  return given;
}
