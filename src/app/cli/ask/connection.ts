import type { ParsedArguments } from "#app/cli/command";
import type { Daemon } from "./daemon.ts";
import { readTokenFile } from "./token-file.ts";

/**
 * Asks the daemon that the options name, or the environment, or the usual one. Throws for a token
 * as `readTokenFile`.
 */
export async function withDaemon<T>(
  { flags }: Pick<ParsedArguments, "flags">,
  use: (daemon: Daemon) => Promise<T>,
): Promise<T> {
  const [at] = flags.get("at") ?? [];
  const [tokenFile] = flags.get("token") ?? [];
  const { connect } = await import("#app/client");
  const given = {
    ...(at === undefined ? {} : { at }),
    ...(tokenFile === undefined ? {} : { token: readTokenFile(tokenFile) }),
  };
  return await use(connect(given));
}
