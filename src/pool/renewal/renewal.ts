/** How a new build takes over from the one that serves. Plain data. */
export interface Canary {
  /** The part of all calls that it has at first, from 0 to 1. */
  readonly part: number;
  /** Without it, until it is promoted. */
  readonly forNs?: number | undefined;
}

/** One that the first of several who share the calls tries for all of them. Plain data. */
export interface SharedCanary extends Canary {
  /** So many times the part is what that one has of its own calls; 1 without it. */
  readonly shareCount?: number;
}

/** What became of a new build of something that serves. Plain data. */
export interface RenewalNews {
  /**
   * `starting`: nobody calls it yet; `canary`, `trial`: it has a part of the calls, or all of them;
   * `kept`, `reverted`: that is the end of it.
   */
  readonly kind: "starting" | "canary" | "trial" | "kept" | "reverted";
  /** The new build, and the one that has all calls that no other has. */
  readonly revision: number;
  readonly serving: number;
  /** For people: why it was reverted, or what was seen of it. */
  readonly why: string;
  /** Of what has an end by time: how long until then. */
  readonly forNs?: number;
}
