import type { SharedCanary } from "#pool/renewal";

/** Which requests are for a process that serves, and how it answers them. Plain data. */
export interface ServeOrder {
  /** As `formatRoute` writes them. */
  readonly routes: readonly string[];
  /** How a command takes them: by a process for each, by connections, or as raw connections. */
  readonly as: "cgi" | "server" | "tcp";
  readonly policy: ServePolicy;
  /** Requests of late are not to be kept, so no other build can be rehearsed by them. */
  readonly isForgetful?: true;
  /** On how many executors it serves, at the least and the most. */
  readonly spread: ServeSpread;
  /** Which build it is: what a later order has changed has a higher one. */
  readonly revision: number;
  /** How that build takes over from the one before. */
  readonly canary?: SharedCanary | undefined;
}

export interface ServeSpread {
  readonly min: number;
  readonly max: number;
}

/** Something that serves on another executor. Plain data. */
export interface ServedElsewhere {
  /** As `servedKey` makes it. */
  readonly key: string;
  readonly routes: readonly string[];
  /**
   * Where that executor takes requests from others: the path of a socket. `undefined`: it is on its
   * way.
   */
  readonly socket: string | undefined;
}

/** How a spec answers requests: how many instances, and what each may take. Plain data. */
export interface ServePolicy {
  readonly instancesMin: number;
  readonly instancesMax: number;
  /** Requests that one instance takes in all; another takes its place then. */
  readonly callsMax: number;
  /** Requests that one instance has at a time; it may take fewer by itself. */
  readonly atOnceMax: number;
  /** How long an answer may take to begin. */
  readonly timeoutNs: number;
  /** Requests that wait for an instance, and how long one may. */
  readonly waitingMax: number;
  readonly waitingNsMax: number;
  /** An instance without a request ends after a time within these. */
  readonly idleNsMin: number;
  readonly idleNsMax: number;
  /** What a new build is asked for before anybody else may; without it, it only has to start. */
  readonly probe?: string;
  /** How long answers that have begun, and WebSockets, may go on with an instance that leaves. */
  readonly drainNs: number;
  /** For so long a build that took over can be found worse than the one before. */
  readonly trialNs: number;
}

/** What is used where a manifest says nothing. */
export const defaultServePolicy: ServePolicy = {
  instancesMin: 0,
  instancesMax: 4,
  callsMax: Infinity,
  atOnceMax: Infinity,
  timeoutNs: 30e9,
  waitingMax: 1000,
  waitingNsMax: 10e9,
  idleNsMin: 10e9,
  idleNsMax: 600e9,
  drainNs: 30e9,
  trialNs: 10e9,
};
