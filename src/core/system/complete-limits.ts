import {
  defaultLimits,
  formatLimit,
  type LimitName,
  limits,
  type Limits,
  PlatformError,
} from "#core/sys";

/** All limits, those given in place of the defaults. Throws `LIMIT_OUT_OF_RANGE`. */
export function completeLimits(given: Partial<Limits>): Limits {
  for (const [name, value] of Object.entries(given)) checkLimit(name as LimitName, value);
  return { ...defaultLimits, ...given };
}

function checkLimit(name: LimitName, value: number): void {
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
