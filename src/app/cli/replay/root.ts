import { MalformedBytes } from "#core/base";
import type { Recording } from "#core/journal/format";
import { PlatformError } from "#core/sys";
import type { RootMaker } from "#core/system";

/**
 * The root a recorded process had, made of the layers that the recording holds; none for a program
 * that had none. Throws `RECORDING_MALFORMED`.
 */
export async function rootOf({ header, layers }: Recording): Promise<RootMaker | undefined> {
  if (!header.launch.hasRoot) return undefined;
  // Only images need what reads them.
  const { decodeLayer, imageRoot } = await import("#app/image");
  try {
    return imageRoot(layers.map((layer) => decodeLayer(layer)));
  } catch (cause) {
    if (!(cause instanceof MalformedBytes || cause instanceof PlatformError)) throw cause;
    throw new PlatformError(`cannot replay the recording: its image: ${cause.message}`, {
      code: "RECORDING_MALFORMED",
      hint: "fetch the file again from where it was recorded",
      cause,
    });
  }
}
