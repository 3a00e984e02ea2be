import { nearest } from "#core/base";
import { PlatformError } from "#core/sys";
import type { Daemon } from "./daemon.ts";

/** Throws `APP_UNKNOWN` for an app that is not there, with the name that was probably meant. */
export async function expectApp(
  daemon: Pick<Daemon, "status">,
  name: string,
  deed: string,
): Promise<void> {
  const { apps } = await daemon.status();
  const names = apps.map((app) => app.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  throw new PlatformError(`there is no app called "${name}"`, {
    code: "APP_UNKNOWN",
    hint: near === undefined ? "noos ps" : `did you mean noos ${deed} ${near}? (all: noos ps)`,
  });
}
