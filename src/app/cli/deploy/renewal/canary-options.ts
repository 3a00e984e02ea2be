import { type ParsedArguments, valueError } from "#app/cli/command";
import { PlatformError, quantityForms } from "#core/sys";
import type { DeployRequest } from "#pool/api";

type Canary = DeployRequest["canary"];

/** How new builds take over, as `--canary PERCENT` and `--for DURATION` say. Throws `USAGE`. */
export function readCanary({ flags }: Pick<ParsedArguments, "flags">): Canary {
  const [percent] = flags.get("canary") ?? [];
  const [time] = flags.get("for") ?? [];
  if (percent !== undefined) {
    const part = readPart(percent);
    return time === undefined ? { part } : { part, forNs: readTime(time) };
  }
  if (time === undefined) return undefined;
  throw new PlatformError("cannot deploy: --for says how long, and not of what", {
    code: "USAGE",
    hint: `noos deploy --canary 5% --for ${time}`,
  });
}

function readPart(found: string): number {
  const digits = /^(\d{1,2}(?:\.\d{1,3})?|100)%?$/.exec(found)?.[1];
  if (digits !== undefined && Number(digits) > 0) return Number(digits) / 100;
  const expected = "expected a part of all calls, such as 5%";
  throw valueError({ option: "canary", found, command: "deploy", expected, code: "USAGE" });
}

function readTime(found: string): number {
  const forNs = quantityForms.ns.parse(found);
  if (forNs !== undefined && forNs > 0) return forNs;
  const expected = "expected a duration such as 10m";
  throw valueError({ option: "for", found, command: "deploy", expected, code: "USAGE" });
}
