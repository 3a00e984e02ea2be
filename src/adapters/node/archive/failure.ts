import { PlatformError } from "#core/sys";

/** The error for an archive that is not what it should be. */
export function malformedArchive(what: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot read an archive: ${what}`, {
    code: "IMAGE_MALFORMED",
    hint: "pack it anew: a tar, plain or compressed with gzip or Zstandard",
    cause,
  });
}
