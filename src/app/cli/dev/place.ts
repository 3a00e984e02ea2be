import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Daemon } from "#app/cli/ask";
import { withDaemon } from "#app/cli/ask";
import { packageVersion, type ParsedArguments } from "#app/cli/command";
import { readWayIn } from "#app/cli/up";
import { connect, type Environment } from "#app/client";
import { startDaemon } from "#app/daemon";
import { PlatformError } from "#core/sys";

/** Where an app is developed: a daemon, which ends with the command if it began with it. */
export interface Place extends AsyncDisposable {
  readonly daemon: Daemon;
  /** How other commands find it, as a word for `--at`. */
  readonly at: string;
  readonly isOwn: boolean;
}

/** A name short enough for a socket in it. */
const shortFolder = tmpdir().length > 40 ? "/tmp" : tmpdir();

/** The daemon that runs, or else one of our own. `down` is called when somebody wants its end. */
export async function openPlace(
  parsed: ParsedArguments,
  environment: Environment,
  around: { readonly down: () => void; readonly failed: (error: unknown) => void },
): Promise<Place> {
  const isNamed = parsed.flags.has("at");
  const isOwn = parsed.flags.has("data") || parsed.flags.has("http");
  if (isNamed && isOwn)
    throw usage("--at names a daemon that runs, --data and --http are of a new one");
  const running = isOwn ? undefined : await findRunning(parsed, isNamed);
  return running ?? (await openOwn(parsed, environment, around));
}

async function findRunning(parsed: ParsedArguments, isNamed: boolean): Promise<Place | undefined> {
  return withDaemon(parsed, async (daemon) => {
    try {
      await daemon.status();
    } catch (error) {
      const isNone = error instanceof PlatformError && error.code === "DAEMON_UNREACHABLE";
      if (isNone && !isNamed) return undefined;
      throw error;
    }
    return { daemon, at: daemon.at, isOwn: false, [Symbol.asyncDispose]: async () => undefined };
  });
}

async function openOwn(
  { flags }: ParsedArguments,
  environment: Environment,
  around: { readonly down: () => void; readonly failed: (error: unknown) => void },
): Promise<Place> {
  const kept = flags.get("data")?.at(-1);
  if (kept === "") throw usage("--data is empty, where a directory is expected");
  const dataFolder =
    kept === undefined ? mkdtempSync(join(shortFolder, "noos-dev-")) : resolve(kept);
  const remove = (): void => {
    if (kept === undefined) rmSync(dataFolder, { recursive: true, force: true });
  };
  // Also where a second Ctrl-C ends all at once.
  process.on("exit", remove);
  const path = join(dataFolder, "noos.sock");
  const wanted = readWayIn(flags, environment);
  const http = wanted?.ifTaken === "closed" ? { ...wanted, ifTaken: "another" as const } : wanted;
  const daemon = await startDaemon({
    dataFolder,
    addresses: [{ kind: "unix", path }],
    http,
    https: undefined,
    executorsMax: 1,
    otlpEndpoint: undefined,
    version: packageVersion(),
    ...around,
  });
  return {
    daemon: connect({ at: `unix:${path}` }),
    at: path,
    isOwn: true,
    async [Symbol.asyncDispose]() {
      await daemon.close();
      remove();
      process.off("exit", remove);
    },
  };
}

function usage(why: string): PlatformError {
  return new PlatformError(`cannot develop: ${why}`, { code: "USAGE", hint: "noos help dev" });
}
