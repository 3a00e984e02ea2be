import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { ParsedArguments } from "#app/cli/command";
import type { ApiAddress } from "#app/api";
import type { WayInOptions } from "#app/daemon";
import { daemonAddress, type Environment, parseDaemonAddress, stateFolder } from "#app/client";
import { PlatformError } from "#core/sys";

/** More of them only take memory. */
const executorsMax = 64;

const usualWayIn = { host: "127.0.0.1", port: 8080 } as const;

/** All that a command line of `noos up` asks for. */
export interface UpOrder {
  readonly dataFolder: string;
  readonly addresses: readonly ApiAddress[];
  /** Where requests come in for what serves. */
  readonly http: WayInOptions | undefined;
  readonly executorsMax: number;
  readonly isRepaired: boolean;
  /** A key that cannot be used is given up, with all it sealed. */
  readonly isKeyGivenUp: boolean;
  /** Where metrics are sent. */
  readonly otlpEndpoint: string | undefined;
  /** A directory with an app to deploy. */
  readonly app: string | undefined;
}

/** Reads the command line. Throws `USAGE`. */
export function readUpOrder(
  { flags, positionals }: ParsedArguments,
  environment: Environment,
): UpOrder {
  const [app, ...others] = positionals;
  if (others.length > 0) {
    throw usage(`${positionals.length} directories are given, one at most is expected`);
  }
  const data = flags.get("data")?.at(-1);
  if (data === "") throw usage("--data is empty, where a directory is expected");
  const dataFolder = data === undefined ? stateFolder(environment) : resolve(data);
  const around = { ...environment, NOOS_DATA: dataFolder };
  const at = daemonAddress(undefined, around);
  if (at.kind !== "unix") {
    throw usage("NOOS_AT is no path of a socket: a daemon listens at one, and at --listen besides");
  }
  const listen = flags.get("listen")?.at(-1);
  return {
    dataFolder,
    addresses: [at, ...(listen === undefined ? [] : [tcpAddress(listen, flags, environment)])],
    http: wayIn(flags, environment),
    executorsMax: readExecutors(flags.get("executors")?.at(-1)),
    isRepaired: flags.has("repair"),
    isKeyGivenUp: flags.has("new-key"),
    otlpEndpoint: flags.get("otlp")?.at(-1),
    app,
  };
}

function tcpAddress(
  text: string,
  flags: ParsedArguments["flags"],
  environment: Environment,
): ApiAddress {
  const address = parseDaemonAddress(text);
  if (address.kind !== "tcp") throw usage(`--listen takes HOST:PORT, not "${text}"`);
  const file = flags.get("token")?.at(-1);
  const token = file === undefined ? environment["NOOS_TOKEN"] : readToken(file);
  if (token === undefined || token === "") {
    throw usage("--listen needs a token, for whoever reaches it could do anything here");
  }
  return { ...address, token };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    // Without the name: it may be the token itself, and what is printed here is kept in logs.
    const { code } = cause as NodeJS.ErrnoException;
    throw new PlatformError(`cannot read the file that --token names: ${code}`, {
      code: "FILE_NOT_READABLE",
      hint: "name a file with the token in it; the token itself can be in NOOS_TOKEN",
      cause,
    });
  }
}

function wayIn(
  flags: ParsedArguments["flags"],
  environment: Environment,
): WayInOptions | undefined {
  const flag = flags.get("http")?.at(-1);
  if (flag !== undefined) return readWayIn(flag, "--http");
  const { NOOS_HTTP: text = "" } = environment;
  if (text !== "") return readWayIn(text, "NOOS_HTTP");
  return { ...usualWayIn, isAsked: false };
}

/** In numbers, for it is bound as it is. */
function readWayIn(text: string, whose: string): WayInOptions | undefined {
  if (text === "none") return undefined;
  const [, bracketed, plain, port = ""] =
    /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? (plain === "" || plain === "localhost" ? usualWayIn.host : plain);
  if (host === undefined || isIP(host) === 0 || Number(port) > 65_535) {
    throw usage(`${whose} takes ADDRESS:PORT in numbers, such as 127.0.0.1:8080, not "${text}"`);
  }
  return { host, port: Number(port), isAsked: true };
}

function readExecutors(text: string | undefined): number {
  if (text === undefined) return Math.min(executorsMax, availableParallelism());
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= executorsMax) return count;
  throw usage(`--executors takes a number from 1 to ${executorsMax}, not "${text}"`);
}

function usage(why: string): PlatformError {
  return new PlatformError(why, { code: "USAGE", hint: "noos up --help" });
}
