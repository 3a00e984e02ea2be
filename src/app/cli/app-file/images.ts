import type { BuildOptions } from "#app/script";
import { imageField, type LateProblem, type Manifest, type ProcessSpec } from "#pool/manifest";
import { identifyImage, ImageProblem, type ImageSource } from "./image-source.ts";
import type { ManifestFile } from "./manifest-file.ts";
import { buildScriptSource } from "./script-source.ts";

/** An image as a manifest names it. */
export type WantedImage = Pick<ProcessSpec, "image" | "isScript">;

const expected = {
  image: "a .wasm file, or an image: a directory or a tar",
  source: "a script, which can be built",
} as const;

/** The images of an app, each once. */
export function imagesOf({ processes }: Manifest): readonly WantedImage[] {
  return [...new Map(processes.map((spec) => [spec.image, spec])).values()];
}

/**
 * Each image of an app once; scripts are built. Throws a `ManifestError` with all that cannot be
 * used, and `SCRIPT_UNSOUND`.
 */
export async function identifyImages(file: ManifestFile): Promise<readonly ImageSource[]> {
  const sources: ImageSource[] = [];
  const problems: LateProblem[] = [];
  for (const wanted of imagesOf(file.manifest)) {
    try {
      sources.push(await identify(wanted, file.base));
    } catch (error) {
      if (!(error instanceof ImageProblem)) throw error;
      problems.push(imageProblem(file, wanted.image, error.message));
    }
  }
  if (problems.length > 0) throw file.errorOf(problems);
  return sources;
}

/** One image of an app. Throws a `ManifestError`, and `SCRIPT_UNSOUND`. */
export async function sourceOf(
  file: ManifestFile,
  wanted: WantedImage,
  options?: BuildOptions,
): Promise<ImageSource> {
  try {
    return await identify(wanted, file.base, options);
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    throw file.errorOf([imageProblem(file, wanted.image, error.message)]);
  }
}

function identify(
  { image, isScript }: WantedImage,
  base: string,
  options?: BuildOptions,
): Promise<ImageSource> {
  return isScript === true ? buildScriptSource(image, base, options) : identifyImage(image, base);
}

/** What is wrong with an image, at the first place of the manifest that names it. */
export function imageProblem(file: ManifestFile, image: string, why: string): LateProblem {
  const user = file.manifest.processes.find((process) => process.image === image);
  const field = imageField(user ?? {});
  return {
    path: ["processes", user?.name ?? "", field],
    found: `${JSON.stringify(image)}, ${why}`,
    expected: expected[field],
  };
}
