import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** `noos 0.1.0 (Node 26.10.0, V8 14.6.202.10, linux x64)`. */
export function versionLine(): string {
  const { node, v8 } = process.versions;
  const machine = `${process.platform} ${process.arch}`;
  return `noos ${packageVersion()} (Node ${node}, V8 ${v8}, ${machine})\n`;
}

/** From the nearest manifest above: the checkout's, or that of the published package. */
export function packageVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const version = versionIn(join(folder, "package.json"));
    if (version !== undefined) return version;
    if (folder === dirname(folder)) return "of unknown version";
  }
}

function versionIn(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // No manifest in this folder.
    return undefined;
  }
  return (JSON.parse(text) as { readonly version?: string }).version;
}
