import { isIP } from "node:net";
import { resolve } from "node:path";
import type { ParsedArguments } from "#app/cli/command";
import type { Environment } from "#app/client";
import type { SecureWayInOptions, WayInOptions } from "#app/daemon";
import { PlatformError } from "#core/sys";

const usualWayIn = { host: "127.0.0.1", port: 8080 } as const;

type Flags = ParsedArguments["flags"];

/** Where requests come in. Throws `USAGE`. */
export function readWayIn(flags: Flags, environment: Environment): WayInOptions | undefined {
  const flag = flags.get("http")?.at(-1);
  if (flag !== undefined) return read(flag, "--http");
  const { NOOS_HTTP: text = "" } = environment;
  return text === "" ? { ...usualWayIn, ifTaken: "closed" } : read(text, "NOOS_HTTP");
}

/** Where they do over TLS. Throws `USAGE`. */
export function readSecureWayIn(flags: Flags): SecureWayInOptions | undefined {
  const text = flags.get("https")?.at(-1);
  const folder = flags.get("certificates")?.at(-1);
  if (text === undefined) {
    if (folder === undefined) return undefined;
    throw usage("--certificates goes with --https");
  }
  const wayIn = read(text, "--https");
  return wayIn && { ...wayIn, certificates: folder === undefined ? folder : resolve(folder) };
}

/** In numbers, for it is bound as it is. */
function read(text: string, whose: string): WayInOptions | undefined {
  if (text === "none") return undefined;
  const [, bracketed, plain, port = ""] =
    /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? (plain === "" || plain === "localhost" ? usualWayIn.host : plain);
  if (host === undefined || isIP(host) === 0 || Number(port) > 65_535) {
    throw usage(`${whose} takes ADDRESS:PORT in numbers, such as 127.0.0.1:8080, not "${text}"`);
  }
  return { host, port: Number(port), ifTaken: "fail" };
}

function usage(why: string): PlatformError {
  return new PlatformError(why, { code: "USAGE", hint: "noos up --help" });
}
