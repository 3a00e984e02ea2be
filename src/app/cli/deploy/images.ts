import type { LateProblem } from "#pool/manifest";
import { identifyImage, ImageProblem, type ImageSource } from "./image-source.ts";
import type { ManifestFile } from "./manifest-file.ts";

const expected = "a .wasm or .ts file, or an image: a directory or a tar";

/** Each image of an app once. Throws a `ManifestError` with all that cannot be used. */
export async function identifyImages(file: ManifestFile): Promise<readonly ImageSource[]> {
  const sources: ImageSource[] = [];
  const problems: LateProblem[] = [];
  for (const name of new Set(file.manifest.processes.map(({ image }) => image))) {
    try {
      sources.push(await identifyImage(name, file.base));
    } catch (error) {
      if (!(error instanceof ImageProblem)) throw error;
      problems.push(lateProblem(file, name, error.message));
    }
  }
  if (problems.length > 0) throw file.errorOf(problems);
  return sources;
}

/** What is wrong with an image, at the first place of the manifest that names it. */
export function lateProblem(file: ManifestFile, image: string, why: string): LateProblem {
  const user = file.manifest.processes.find((process) => process.image === image);
  return {
    path: ["processes", user?.name ?? "", "image"],
    found: `${JSON.stringify(image)}, ${why}`,
    expected,
  };
}
