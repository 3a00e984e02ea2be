import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { bundleFiles } from "#tools/bundle";
import { scratchFolder } from "./reference.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/**
 * `noos` as it is published, in a folder of its own: what is measured is what users have, and
 * nothing that changes in the sources meanwhile makes a difference. Answers the file to start.
 */
export async function publishedNoos(): Promise<string> {
  const folder = scratchFolder();
  for (const { path, content } of await bundleFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  cpSync(join(projectFolder, "bin"), join(folder, "bin"), { recursive: true });
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  return join(folder, "bin", "noos");
}
