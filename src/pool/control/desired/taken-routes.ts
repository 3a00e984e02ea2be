import { PlatformError } from "#core/sys";
import {
  clashes,
  parseRoute,
  parseTcpRoute,
  type Route,
  RouteTable,
  servedKey,
  type TcpRoute,
} from "#pool/route";
import type { DesiredApp } from "./desired-app.ts";
import { buildOf } from "./holds.ts";

/** Throws `ROUTE_TAKEN` for an app that wants a route, or a port, of another. */
export function refuseTakenRoutes(wanted: DesiredApp, all: Iterable<DesiredApp>): void {
  const others = [...all];
  const table = new RouteTable<string>();
  for (const { manifest } of others) {
    if (manifest.app === wanted.manifest.app) continue;
    for (const { route, path } of routesIn(manifest)) table.add(route, path);
  }
  refuseTakenPorts(wanted, others);
  for (const { route, text, path } of routesIn(wanted.manifest)) {
    const taken = table.add(route, path);
    if (taken === undefined) continue;
    throw new PlatformError(`"${path}" wants the route ${text}, which "${taken}" has`, {
      code: "ROUTE_TAKEN",
      hint: "give one of them another path, or a host of its own: HOST/PATH",
    });
  }
}

function refuseTakenPorts(wanted: DesiredApp, others: readonly DesiredApp[]): void {
  const own = tcpRoutesIn(wanted.manifest);
  if (own.length === 0) return;
  for (const { manifest } of others) {
    if (manifest.app === wanted.manifest.app) continue;
    for (const taken of tcpRoutesIn(manifest)) {
      const wish = own.find(({ route }) => clashes(route, taken.route));
      if (wish === undefined) continue;
      const { path, text } = wish;
      throw new PlatformError(`"${path}" wants the route ${text}, which "${taken.path}" has`, {
        code: "ROUTE_TAKEN",
        hint: "give one of them another port",
      });
    }
  }
}

/** What serves by its key, and by which routes, of all that an app wants. */
export function servedRoutesOf(
  desired: DesiredApp,
): readonly (readonly [key: string, routes: readonly string[]])[] {
  const { app, processes } = desired.manifest;
  return processes.flatMap((wanted) => {
    const { serve, count } = buildOf(desired, wanted).spec;
    return serve === undefined || count === 0 ? [] : [[servedKey(app, wanted.name), serve.routes]];
  });
}

/** Addresses at which an app wants raw connections. */
export function tcpRoutesOf({ manifest }: DesiredApp): readonly string[] {
  return tcpRoutesIn(manifest).map(({ text }) => text);
}

interface TcpWish extends Omit<Wish, "route"> {
  readonly route: TcpRoute;
}

function tcpRoutesIn(manifest: DesiredApp["manifest"]): readonly TcpWish[] {
  return manifest.processes.flatMap(({ name, serve }) =>
    (serve?.routes ?? []).flatMap((text) => {
      const route = parseTcpRoute(text);
      return route === undefined ? [] : [{ route, text, path: `${manifest.app}/${name}` }];
    }),
  );
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
