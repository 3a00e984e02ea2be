// table: one row per field of what a process serves
import type { Node } from "#pool/manifest/document";
import {
  type At,
  list,
  located,
  type Located,
  oneOf,
  record,
  type Shape,
} from "#pool/manifest/shape";
import { isTcpRoute } from "#pool/route";
import { manifestBounds } from "./bounds.ts";
import type { Serve, ServeAs, Span } from "./manifest.ts";
import {
  idle,
  instances,
  quietTime,
  requests,
  route,
  serveTime,
  spread,
  target,
  waiting,
} from "./text-forms.ts";

/** What a process serves, as it is written. */
export interface WrittenServe {
  readonly routes: readonly Located<string>[];
  readonly as: Located<ServeAs> | undefined;
  readonly instances: Span;
  readonly spread: Span;
  readonly calls: number | "unlimited";
  readonly "at-once": number | "unlimited";
  readonly timeout: number;
  readonly waiting: number;
  readonly wait: number;
  readonly idle: Span;
  readonly probe: string;
  readonly drain: number;
  readonly trial: number;
  readonly rehearsal: "on" | "off";
}

const serveAs: Shape<Located<ServeAs> | undefined> = located(oneOf(["cgi", "server", "tcp"]));

const routes: Shape<readonly Located<string>[]> = list(located(route), {
  itemsMax: manifestBounds.routesMax,
  expected: "a list such as [/, api.example.com/v1/]",
});

const whole = record<WrittenServe>("what a process serves", {
  routes: {
    shape: routes,
    default: [],
    meaning:
      "requests it answers, PATH or HOST/PATH, and raw connections, tcp:PORT or " +
      "tcp:ADDRESS:PORT; without any, only requests by its name",
    elsewhere: ["paths", "hosts", "domains"],
  },
  as: {
    shape: serveAs,
    default: undefined,
    meaning:
      "a command per request, or a program that accepts connections, for HTTP/1.1 or those of " +
      "its tcp: routes (cgi; with a tcp: route, server)",
  },
  instances: {
    shape: instances,
    default: { min: 0, max: 4 },
    meaning: "processes at the least and the most (0..4)",
    elsewhere: ["replicas", "scale", "count"],
  },
  spread: {
    shape: spread,
    default: { min: 1, max: manifestBounds.spreadMax },
    meaning: "executors that serve by it at the least and the most, as its load wants (1..all)",
    elsewhere: ["cores", "executors"],
  },
  calls: {
    shape: requests,
    default: "unlimited",
    meaning: "requests that a process takes in all, before another takes its place (unlimited)",
  },
  "at-once": {
    shape: requests,
    default: "unlimited",
    meaning: "requests that a process has at a time (as many as its program takes)",
    elsewhere: ["concurrency"],
  },
  timeout: {
    shape: serveTime,
    default: 30e9,
    meaning: "how long an answer may take to begin (30s)",
    elsewhere: ["deadline"],
  },
  waiting: {
    shape: waiting,
    default: 1000,
    meaning: "requests that may wait for a process (1000)",
    elsewhere: ["queue"],
  },
  wait: { shape: serveTime, default: 10e9, meaning: "how long a request may wait (10s)" },
  idle: {
    shape: idle,
    default: { min: 10e9, max: 600e9 },
    meaning: "how long a process stays without a request, as is learnt (10s..10m)",
    elsewhere: ["keep-alive", "scale-to-zero"],
  },
  probe: {
    shape: target,
    default: "",
    meaning: "a path that a new build has to answer by 2xx or 3xx before it serves (none)",
    elsewhere: ["health", "healthcheck", "readiness"],
  },
  drain: {
    shape: quietTime,
    default: 30e9,
    meaning: "how long streams and WebSockets go on with a process that leaves (30s)",
    elsewhere: ["grace"],
  },
  trial: {
    shape: quietTime,
    default: 10e9,
    meaning: "how long a new build can be found worse, and the one before serves again (10s)",
    elsewhere: ["rollback"],
  },
  rehearsal: {
    shape: oneOf(["on", "off"]),
    default: "on",
    meaning: "whether requests of late are kept in memory, for noos rehearse (on)",
  },
});

/** A route, several, or a map with more to say. */
export const serve: Shape<WrittenServe | undefined> = {
  standIn: () => undefined,
  schema: () => ({ anyOf: [route.schema(), routes.schema(), whole.schema()] }),
  read(node: Node, at: At) {
    if (node.kind === "map") return whole.read(node, at);
    const alone = whole.standIn(node);
    if (node.kind === "list") return { ...alone, routes: routes.read(node, at) };
    return { ...alone, routes: [{ value: route.read(node, at), node }] };
  },
};

/** What serves messages or runs and says nothing of it. A run takes longer than a visitor waits. */
export function servedAlone(isScheduled: boolean): WrittenServe {
  const alone = whole.standIn(nowhere);
  return isScheduled ? { ...alone, timeout: 3600e9 } : alone;
}

/** All fields have defaults: there is nothing to point at. */
const nowhere: Node = { kind: "map", entries: new Map(), start: 0, end: 0 };

/** Whether raw connections come to it. */
function hasTcpRoute({ routes: written }: WrittenServe): boolean {
  return written.some(({ value }) => isTcpRoute(value));
}

/** The plain data of it. */
export function serveOf(written: WrittenServe): Serve {
  return {
    routes: written.routes.map(({ value }) => value),
    as: written.as?.value ?? (hasTcpRoute(written) ? "tcp" : "cgi"),
    instances: written.instances,
    spread: written.spread,
    calls: written.calls,
    atOnce: written["at-once"],
    timeoutNs: written.timeout,
    waiting: written.waiting,
    waitNs: written.wait,
    idleNs: written.idle,
    ...(written.probe === "" ? {} : { probe: written.probe }),
    drainNs: written.drain,
    trialNs: written.trial,
    ...(written.rehearsal === "on" ? {} : { rehearsal: written.rehearsal }),
  };
}
