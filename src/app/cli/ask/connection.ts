import type { ParsedArguments } from "#app/cli/command";
import type { Daemon } from "./daemon.ts";

/** Asks the daemon that the options name, or the environment, or the usual one. */
export async function withDaemon<T>(
  { flags }: Pick<ParsedArguments, "flags">,
  use: (daemon: Daemon) => Promise<T>,
): Promise<T> {
  const [at] = flags.get("at") ?? [];
  const [token] = flags.get("token") ?? [];
  const { connect } = await import("#app/client");
  const given = { ...(at === undefined ? {} : { at }), ...(token === undefined ? {} : { token }) };
  return await use(connect(given));
}
