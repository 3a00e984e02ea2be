import { basename } from "node:path";
import type { DeployRequest } from "#pool/api";
import type { ImageSource } from "./image-source.ts";
import type { ManifestFile } from "./manifest-file.ts";

/** What a daemon is told of an app. */
export function deployRequest(
  file: ManifestFile,
  images: readonly ImageSource[],
  canary?: DeployRequest["canary"],
): DeployRequest {
  return {
    manifest: file.text,
    file: file.name === "" ? basename(file.base) : file.name,
    base: file.base,
    ...(canary === undefined ? {} : { canary }),
    images: Object.fromEntries(images.map(({ name, digest }) => [name, digest])),
  };
}
