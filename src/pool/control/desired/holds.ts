import type { NamedText, ProcessSpec } from "#pool/manifest";
import type { DirectoryGrant } from "#core/sys";
import { directoriesOf } from "#pool/manifest";
import type { DesiredApp } from "./desired-app.ts";

/** All that makes one build of a spec, whatever else its app becomes. */
export interface KeptBuild {
  readonly spec: ProcessSpec;
  /** The digest of its image. */
  readonly image: string;
  readonly base: string;
  readonly config: readonly NamedText[];
}

/**
 * A spec whose build was reverted: what its manifest says stays wanted, and until that is another,
 * or is deployed once more, it serves by this build.
 */
export interface Hold {
  readonly build: KeptBuild;
  /** Of what was reverted. */
  readonly revision: number;
  readonly why: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a spec runs by: as its manifest says, or as it did before what was reverted. */
export function buildOf(desired: DesiredApp, spec: ProcessSpec): KeptBuild {
  return desired.holds?.[spec.name]?.build ?? wantedBuild(desired, spec);
}

/** All that its processes may be granted, those of builds that serve for what was reverted too. */
export function directoriesIn(desired: DesiredApp): readonly DirectoryGrant[] {
  return desired.manifest.processes.flatMap((spec) => {
    const { build } = desired.holds?.[spec.name] ?? {};
    const own = directoriesOf(spec.uses, desired.base);
    return build === undefined ? own : [...own, ...directoriesOf(build.spec.uses, build.base)];
  });
}

export function withHold(desired: DesiredApp, name: string, hold: Hold): DesiredApp {
  return { ...desired, holds: { ...desired.holds, [name]: hold } };
}

/**
 * What a deploy wants, with the holds that go on: those of specs that it does not change. One that
 * changes nothing at all means that what was reverted is to be tried again.
 */
export function carryHolds(before: DesiredApp | undefined, wanted: DesiredApp): DesiredApp {
  if (before?.holds === undefined) return wanted;
  const { holds, ...plain } = before;
  if (isSame(plain, wanted)) return wanted;
  const carried = Object.entries(holds).filter(([name]) => {
    const [was, is] = [before, wanted].map((app) => {
      const spec = app.manifest.processes.find((each) => each.name === name);
      return spec && wantedBuild(app, spec);
    });
    return was !== undefined && isSame(was, is);
  });
  return carried.length === 0 ? wanted : { ...wanted, holds: Object.fromEntries(carried) };
}

/** Names of what was held and is not any more. */
export function releasedIn(before: DesiredApp, after: DesiredApp): readonly string[] {
  return Object.keys(before.holds ?? {}).filter((name) => after.holds?.[name] === undefined);
}

function wantedBuild({ manifest, images, base }: DesiredApp, spec: ProcessSpec): KeptBuild {
  return { spec, image: images[spec.image] ?? "", base, config: manifest.config };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
