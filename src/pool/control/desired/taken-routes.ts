import { PlatformError } from "#core/sys";
import { parseRoute, type Route, RouteTable } from "#pool/route";
import type { DesiredApp } from "./desired-app.ts";

/** Throws `ROUTE_TAKEN` for an app that wants a route of another. */
export function refuseTakenRoutes(wanted: DesiredApp, others: Iterable<DesiredApp>): void {
  const table = new RouteTable<string>();
  for (const { manifest } of others) {
    if (manifest.app === wanted.manifest.app) continue;
    for (const { route, path } of routesIn(manifest)) table.add(route, path);
  }
  for (const { route, text, path } of routesIn(wanted.manifest)) {
    const taken = table.add(route, path);
    if (taken === undefined) continue;
    throw new PlatformError(`"${path}" wants the route ${text}, which "${taken}" has`, {
      code: "ROUTE_TAKEN",
      hint: "give one of them another path, or a host of its own: HOST/PATH",
    });
  }
}

interface Wish {
  readonly route: Route;
  readonly text: string;
  /** Of the process that wants it. */
  readonly path: string;
}

function routesIn(manifest: DesiredApp["manifest"]): readonly Wish[] {
  return manifest.processes.flatMap(({ name, serve }) =>
    (serve?.routes ?? []).flatMap((text) => {
      const route = parseRoute(text);
      return route === undefined ? [] : [{ route, text, path: `${manifest.app}/${name}` }];
    }),
  );
}
