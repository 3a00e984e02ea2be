import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageSource } from "./image-source.ts";

const scriptForm = /\.[cm]?[jt]sx?$/;

/** Whether a file is to be built into an image before it is one. */
export function isScript(path: string): boolean {
  return scriptForm.test(path);
}

/** The image of a program in TypeScript or JavaScript. Throws `SCRIPT_UNSOUND`. */
export async function buildScriptSource(name: string, path: string): Promise<ImageSource> {
  const { buildScript, writeScriptImage } = await import("#app/script");
  const { packImage } = await import("#app/image");
  const image = await buildScript(path);
  const folder = mkdtempSync(join(tmpdir(), "noos-build-"));
  try {
    writeScriptImage(image, folder);
    const packed = await packImage(folder);
    const digest = `sha256:${createHash("sha256").update(packed).digest("hex")}`;
    const bytes = async function* (): AsyncGenerator<Uint8Array> {
      yield packed;
    };
    return { name, digest, sizeBytes: packed.length, bytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
