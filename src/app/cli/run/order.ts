import { usualProgramFolder } from "#adapters/node";
import { limitsFrom, type ParsedArguments, valueError } from "#app/cli/command";
import type { RunOrder } from "#app/cli/start";
import { parseAddress } from "#core/net";
import { type DirectoryGrant, parseDirectoryGrant, PlatformError } from "#core/sys";

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a parsed command line. Throws the `PlatformError` that says what is wrong with it. */
export function readOrder(parsed: ParsedArguments, environment: Environment): RunOrder {
  const [file, ...args] = parsed.positionals;
  if (file === undefined || file === "-") throw noFile(file);
  const valuesOf = (name: string): readonly string[] => parsed.flags.get(name) ?? [];
  const isPreemptible = !parsed.flags.has("no-preempt");
  if (!isPreemptible && parsed.flags.has("cpu-share")) throw noShare();
  const directories = valuesOf("dir").map(readDirectory);
  checkGuestNames(directories);
  return {
    file,
    args,
    env: Object.fromEntries(valuesOf("env").map((text) => readVariable(text, environment))),
    limits: limitsFrom(parsed),
    directories,
    listen: valuesOf("listen").map(parseAddress),
    connect: valuesOf("connect").map(parseAddress),
    record: valuesOf("record")[0],
    isPreemptible,
    cacheFolder: parsed.flags.has("no-cache") ? undefined : usualProgramFolder(environment),
  };
}

/** A directory as `--dir` has it. */
export function readDirectory(text: string): DirectoryGrant {
  const grant = parseDirectoryGrant(text);
  if (grant !== undefined) return grant;
  const expected = "expected HOST, HOST::GUEST or either with :ro";
  throw valueError({ option: "dir", found: text, expected, code: "USAGE" });
}

function checkGuestNames(directories: readonly DirectoryGrant[]): void {
  const seen = new Set<string>();
  for (const { guest } of directories) {
    const name = guest.replace(/(?<=.)\/+$/, "");
    if (seen.has(name)) {
      throw new PlatformError(`cannot grant two directories as "${name}"`, {
        code: "GRANT_INVALID",
        hint: "give one of them another name: --dir HOST::GUEST",
      });
    }
    seen.add(name);
  }
}

function readVariable(text: string, environment: Environment): readonly [string, string] {
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  const value = equals === -1 ? environment[name] : text.slice(equals + 1);
  if (name === "") {
    const expected = "expected NAME=VALUE or NAME";
    throw valueError({ option: "env", found: text, expected, code: "USAGE" });
  }
  if (value !== undefined) return [name, value];
  const expected = "noos was started without this variable; expected NAME=VALUE";
  throw valueError({ option: "env", found: text, expected, code: "USAGE" });
}

function noFile(found: string | undefined): PlatformError {
  return new PlatformError(
    found === undefined
      ? "cannot run: no FILE was given"
      : "cannot run a program from standard input: that is the program's own",
    { code: "USAGE", hint: "noos run [options] FILE [ARGS…] (more: noos help run)" },
  );
}

function noShare(): PlatformError {
  return new PlatformError("cannot bound the share of a core together with --no-preempt", {
    code: "USAGE",
    hint: "leave out --no-preempt: only a program with checks can be made to wait",
  });
}
