import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** `noos` as somebody runs it: a file that can be started. */
export interface NoosCommand {
  readonly file: string;
  /** Whether it is what is published, or the sources as they are. */
  readonly kind: "package" | "sources";
}

export async function noosCommand(): Promise<NoosCommand> {
  const builder = join(projectFolder, "tools", "build.ts");
  if (existsSync(builder)) {
    const { ensureBuilt } = await import(pathToFileURL(builder).href);
    await ensureBuilt();
  }
  return { file: join(projectFolder, "bin", "noos"), kind: "sources" };
}
