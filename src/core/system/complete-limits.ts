import {
  defaultLimits,
  formatLimit,
  type LimitName,
  limits,
  type Limits,
  PlatformError,
} from "#core/sys";

/** All limits, those given in place of the defaults. Throws `LIMIT_OUT_OF_RANGE`, `USAGE`. */
export function completeLimits(given: Partial<Limits>): Limits {
  for (const [name, value] of Object.entries(given)) checkLimit(name as LimitName, value);
  return { ...defaultLimits, ...given };
}

function checkLimit(name: LimitName, value: number): void {
  // Who writes no types may misspell a name, and must not go without the limit for it.
  if (!Object.hasOwn(limits, name)) throw unknownLimit(name);
  const { min, max } = limits[name];
  if (value >= min && value <= max) return;
  const range = `${formatLimit(name, min)} to ${formatLimit(name, max)}`;
  throw new PlatformError(
    `cannot set ${name} to ${formatLimit(name, value)}: it goes from ${range}`,
    {
      code: "LIMIT_OUT_OF_RANGE",
      hint: `give ${name} a value from ${range}`,
    },
  );
}

function unknownLimit(name: string): PlatformError {
  return new PlatformError(`cannot set "${name}": there is no such limit`, {
    code: "USAGE",
    hint: `the limits are ${Object.keys(limits).join(", ")}`,
  });
}
