import type { Manifest } from "#pool/manifest";
import { isTcpRoute, parseRoute } from "#pool/route";

/** Where the processes of an app answer, a line for each route. */
export function linksOf(manifest: Manifest, http: string): readonly string[] {
  return manifest.processes.flatMap(({ name, serve }) =>
    (serve?.routes ?? []).map((text) => {
      if (isTcpRoute(text)) return `${name} takes connections at ${text}`;
      const { host, path } = parseRoute(text) ?? { host: "", path: text };
      return `${name} answers at ${http}${path}${host === "" ? "" : ` for the host ${host}`}`;
    }),
  );
}
