import type { EventView, RenewalView } from "#pool/api";
import { type DesiredApp, type Hold, type KeptBuild, withHold } from "#pool/control/desired";
import type { RenewalNews } from "#pool/renewal";
import type { Wants } from "./wants.ts";

/** What is known of the builds of one process that serves. */
interface Known {
  /** By their revisions: the one that serves, and those that were ordered since. */
  readonly builds: Map<number, KeptBuild>;
  last: number;
  news: (RenewalNews & { readonly endsNs: number | undefined }) | undefined;
}

export interface RenewalPorts {
  nowNs(): number;
  readonly timeOfDay: () => string;
  happened(event: Omit<EventView, "position" | "at">): void;
  /** Keeps what is wanted from now on; answers its revision, if it could be kept. */
  keep(desired: DesiredApp): number | undefined;
}

/** What became of the builds that processes of an app were to serve by, by path. */
export class Renewals {
  readonly #app: string;
  readonly #wants: Wants;
  readonly #ports: RenewalPorts;
  readonly #known = new Map<string, Known>();

  constructor(app: string, wants: Wants, ports: RenewalPorts) {
    this.#app = app;
    this.#wants = wants;
    this.#ports = ports;
  }

  /** What is there serves by what is wanted, and nothing else. */
  started(path: string, name: string): void {
    if (this.#wants.find(name)?.serve === undefined) return;
    const { revision } = this.#wants;
    const builds = new Map([[revision, this.#wants.buildOf(name)]]);
    this.#known.set(path, { builds, last: revision, news: undefined });
  }

  /** It is to serve by what is wanted now. */
  ordered(path: string, name: string): void {
    const known = this.#known.get(path);
    if (known === undefined) return this.started(path, name);
    const { revision } = this.#wants;
    known.builds.set(revision, this.#wants.buildOf(name));
    known.last = revision;
  }

  /** Tells of it; where what was ordered last is no more, what serves now is to serve on. */
  heard(path: string, name: string, news: RenewalNews): void {
    const { kind, revision, serving, forNs, why } = news;
    const known = this.#known.get(path);
    const text = why === "" ? {} : { text: why };
    const failure = kind === "reverted" ? { isFailure: true } : {};
    this.#ports.happened({ kind: `renewal-${kind}`, app: this.#app, path, ...text, ...failure });
    if (known === undefined) return;
    const endsNs = forNs === undefined ? undefined : this.#ports.nowNs() + forNs;
    known.news = { ...news, endsNs };
    if (kind === "kept") {
      for (const old of known.builds.keys()) if (old < serving) known.builds.delete(old);
    }
    const build = known.builds.get(serving);
    const isLast = kind === "reverted" && revision === known.last;
    if (isLast && build !== undefined) this.#hold(name, { build, revision, why });
  }

  #hold(name: string, held: Omit<Hold, "at">): void {
    const hold = { ...held, at: this.#ports.timeOfDay() };
    const desired = withHold(this.#wants.desired, name, hold);
    this.#wants.become(desired, this.#ports.keep(desired) ?? this.#wants.revision);
  }

  /** Whether a part of the calls goes to a new build. */
  isCanary(path: string): boolean {
    return this.#known.get(path)?.news?.kind === "canary";
  }

  /** What becomes of the last build that a process is to serve by, if it did not always. */
  view(path: string, name: string): RenewalView | undefined {
    const news = this.#known.get(path)?.news;
    const hold = this.#wants.desired.holds?.[name];
    if (news === undefined) {
      return hold && { state: "reverted", revision: hold.revision, why: hold.why };
    }
    const { kind: state, revision, why, endsNs } = news;
    const left = endsNs === undefined ? {} : { leftNs: Math.max(0, endsNs - this.#ports.nowNs()) };
    return { state, revision, why, ...left };
  }

  forgetOthers(isThere: (path: string) => boolean): void {
    for (const path of this.#known.keys()) if (!isThere(path)) this.#known.delete(path);
  }
}
