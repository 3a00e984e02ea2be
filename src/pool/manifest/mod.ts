/**
 * The app file, `noos.yaml`: what an app is, as plain data, and how it is read and written.
 *
 * Knows: the fields of an app, their defaults and ranges, what has to agree with what, and the
 * JSON Schema that says it to editors. Nothing of files, images or running processes.
 * Must hold: a `Manifest` has every default filled in, is the same for texts that say the same, and
 * is what its JSON says; what is wrong is told with its place, all at once, as a `ManifestError`.
 * Never imports: core/supervise, which has its own spelling of a tree; a deploy puts them together.
 * Start reading at `manifest.ts`, then `fields.ts`.
 */
export { ManifestError } from "#pool/manifest/document";
export { manifestBounds } from "./bounds.ts";
export { formatManifest, queueMap, serveMap } from "./format-manifest.ts";
export { directoriesOf, directoryProblems } from "./granted-directories.ts";
export { manifestSchema } from "./json-schema.ts";
export type {
  GiveUp,
  Manifest,
  NamedText,
  ProcessLimitName,
  ProcessLimits,
  ProcessSpec,
  QueueSpec,
  RestartType,
  Serve,
  ServeAs,
  Strategy,
  SupervisorSpec,
  TreeChild,
  Uses,
} from "./manifest.ts";
export { imageField, limitNumbers } from "./manifest.ts";
export { processLimitNames } from "./normalize.ts";
export { isAppName, isVariableName } from "./text-forms.ts";
export { type LateProblem, parseManifest, type ParsedManifest } from "./parse-manifest.ts";
