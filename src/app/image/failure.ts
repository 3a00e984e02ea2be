import { PlatformError } from "#core/sys";

/** The error for an image that is not put together as an image is. */
export function malformed(path: string, what: string): PlatformError {
  return new PlatformError(`cannot use the image: "${path}" ${what}`, {
    code: "IMAGE_MALFORMED",
    hint: "put it together as docs/manual/images.md says",
  });
}
