import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { leaveOut } from "./leave-out.ts";

/** An example as far as it can run on this machine. */
export interface PreparedApp {
  /** What to deploy: the example's folder, or a manifest of what of it can run here. */
  readonly target: string;
  /** Why specs are left out, by their names. */
  readonly missing: ReadonlyMap<string, string>;
}

export const projectFolder: string = resolve(import.meta.dirname, "..", "..");

/** The example in `folder`, a path of the project, without what is missing. */
export function preparedApp(folder: string, missing: ReadonlyMap<string, string>): PreparedApp {
  if (missing.size === 0) return { target: folder, missing };
  const text = readFileSync(join(projectFolder, folder, "noos.yaml"), "utf8");
  const target = join(folder, "noos.without.yaml");
  writeFileSync(join(projectFolder, target), leaveOut(text, new Set(missing.keys())));
  return { target, missing };
}
