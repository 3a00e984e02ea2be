import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { PlatformError } from "#core/sys";

/** What is read of a file at once; processes have turns between the pieces. */
const pieceBytes = 2 ** 20;

/** Sees that a file still is the image of this digest. Throws `IMAGE_UNKNOWN`. */
export async function checkImage(path: string, digest: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    const pieces = createReadStream(path, { highWaterMark: pieceBytes });
    for await (const piece of pieces) hash.update(piece as Uint8Array);
  } catch (cause) {
    throw imageUnknown(`its image "${path}" cannot be read`, cause);
  }
  if (`sha256:${hash.digest("hex")}` === digest) return;
  throw imageUnknown(`its image "${path}" is not as it was deployed`);
}

function imageUnknown(why: string, cause?: unknown): PlatformError {
  return new PlatformError(why, {
    code: "IMAGE_UNKNOWN",
    hint: "`noos deploy` again, which brings it back",
    cause,
  });
}
