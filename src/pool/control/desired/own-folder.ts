import { type DirectoryGrant, PlatformError } from "#core/sys";
import { directoriesOf } from "#pool/manifest";
import type { DesiredApp } from "./desired-app.ts";

/**
 * Refuses an app that would see the daemon's own data: the key of all secrets, and what other apps
 * are. Throws `GRANT_INVALID`.
 */
export function refuseOwnFolder({ manifest, base }: DesiredApp, dataFolder: string): void {
  for (const { name, uses } of manifest.processes) {
    const own = directoriesOf(uses, base).find(({ host }) => isShared(host, dataFolder));
    if (own !== undefined) throw grantInvalid(name, own, dataFolder);
  }
}

/** Whether one of two directories lies in the other. */
function isShared(a: string, b: string): boolean {
  const within = (inner: string, outer: string): boolean =>
    `${inner}/`.startsWith(outer.endsWith("/") ? outer : `${outer}/`);
  return within(a, b) || within(b, a);
}

function grantInvalid(name: string, { host }: DirectoryGrant, dataFolder: string): PlatformError {
  const why = `it shares files with "${dataFolder}", the daemon's own data`;
  return new PlatformError(`cannot grant "${host}" to "${name}": ${why}`, {
    code: "GRANT_INVALID",
    hint: "grant a directory beside it, or keep the data elsewhere with --data",
  });
}
