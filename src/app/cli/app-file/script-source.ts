import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { BuildOptions } from "#app/script";
import { ImageProblem, type ImageSource } from "./image-source.ts";

/**
 * The image of the script called `name`, from the directory `base`. Throws `ImageProblem` for one
 * that is not there, and `SCRIPT_UNSOUND`.
 */
export async function buildScriptSource(
  name: string,
  base: string,
  options?: BuildOptions,
): Promise<ImageSource> {
  const path = resolve(base, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ImageProblem("which is not there");
  }
  const [{ buildScript }, { packFiles }] = await Promise.all([
    import("#app/script"),
    import("#app/image"),
  ]);
  const { files, sources } = await buildScript(path, options);
  const packed = await packFiles(files);
  return {
    name,
    digest: `sha256:${createHash("sha256").update(packed).digest("hex")}`,
    sizeBytes: packed.length,
    madeOf: sources,
    async *bytes() {
      yield packed;
    },
  };
}
