import type { RehearsalRequest } from "#pool/api";
import {
  buildOf,
  type KeptBuild,
  type Present,
  readRequest,
  refuseOwnFolder,
} from "#pool/control/desired";
import { imageUnknown, noBuild, notServing, otherApp } from "./refusals.ts";

/** Which process is rehearsed. */
export interface Rehearsed {
  readonly path: string;
  readonly app: string;
  readonly spec: string;
  /** What it runs by. */
  readonly build: KeptBuild;
  /** The daemon's own, which nothing may read. */
  readonly dataFolder: string;
}

/**
 * The build that is asked for. Throws what a deploy would for an app, `IMAGE_UNKNOWN`,
 * `REQUEST_INVALID` for a request of neither or both, `SPEC_INVALID` for another app,
 * `CHILD_UNKNOWN` where the process would not serve.
 */
export function rehearsedBuild(
  { image, app }: RehearsalRequest,
  whose: Rehearsed,
  present: Present,
): KeptBuild {
  const { path, build } = whose;
  if ((image === undefined) === (app === undefined)) throw noBuild(path);
  const fresh =
    app === undefined ? { ...build, image: image ?? "" } : builtAnew(app, whose, present);
  if (!present.hasImage(fresh.image)) throw imageUnknown(fresh.image, path);
  return fresh;
}

function builtAnew(
  app: NonNullable<RehearsalRequest["app"]>,
  whose: Rehearsed,
  present: Present,
): KeptBuild {
  // Of its images only one has to be here.
  const desired = readRequest(app, { ...present, hasImage: () => true });
  refuseOwnFolder(desired, whose.dataFolder);
  const { manifest } = desired;
  if (manifest.app !== whose.app) throw otherApp(whose.app, manifest.app);
  const spec = manifest.processes.find(({ name }) => name === whose.spec);
  if (spec?.serve === undefined) throw notServing(whose.path, "does not serve in the app file");
  return buildOf(desired, spec);
}
