import { PlatformError } from "#core/sys";
import { identifyImage, ImageProblem, type ImageSource } from "./image-source.ts";
import { buildScriptSource } from "./script-source.ts";

/** What a manifest would have as `source`, which it says by name alone. */
const scriptForm = /\.[cm]?[jt]sx?$/;

/**
 * The image that somebody named, from the current directory: whatever a manifest has as `image` or
 * as `source`. Throws `FILE_NOT_READABLE`, and `SCRIPT_UNSOUND`.
 */
export async function identifyNamed(name: string): Promise<ImageSource> {
  const base = process.cwd();
  try {
    return await (scriptForm.test(name)
      ? buildScriptSource(name, base)
      : identifyImage(name, base));
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    throw namedImageProblem(name, error.message);
  }
}

/** Why it cannot be used. */
export function namedImageProblem(name: string, why: string): PlatformError {
  return new PlatformError(`cannot use "${name}", ${why}`, {
    code: "FILE_NOT_READABLE",
    hint: "name a .wasm file, a .ts or .js file, or an image: a directory or a tar",
  });
}
