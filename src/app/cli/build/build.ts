import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { jsonValue, readOperands } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { packFiles } from "#app/image";
import { buildScript } from "#app/script";
import { formatBytes, formatDuration, PlatformError } from "#core/sys";
import { refuseOthers, writeFolder } from "./write-folder.ts";

/** `noos build FILE`. */
export async function build(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [file = ""] = readOperands(parsed, { command: "build", names: ["FILE"] });
  expectFile(file);
  const folder = parsed.flags.get("output")?.at(-1) ?? usualFolder(file);
  refuseOthers(folder);
  const startMs = performance.now();
  const { files, sources } = await buildScript(file);
  writeFolder(folder, files);
  const tookNs = (performance.now() - startMs) * 1e6;
  const packed = await packFiles(files);
  const digest = `sha256:${createHash("sha256").update(packed).digest("hex")}`;
  if (parsed.flags.has("json")) {
    const sizeBytes = packed.length;
    terminal.out(jsonValue({ image: resolve(folder), digest, sizeBytes, sources, tookNs }));
  } else {
    const parts = sources.length === 1 ? "1 file" : `${sources.length} files`;
    const size = formatBytes(packed.length);
    terminal.out(`${folder}: ${size}, of ${parts}, in ${formatDuration(tookNs)}\n`);
  }
  return 0;
}

/** Beside the script, called as it is. */
function usualFolder(file: string): string {
  const extension = extname(file);
  if (extension !== "") return file.slice(0, -extension.length);
  throw notFound(file, "its name says not what it is: .ts, .js and so on");
}

function expectFile(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return;
  throw notFound(file, `there is no file "${basename(file)}"`);
}

function notFound(file: string, why: string): PlatformError {
  return new PlatformError(`cannot build "${file}": ${why}`, {
    code: "FILE_NOT_FOUND",
    hint: "noos build FILE, where FILE is a .ts or .js file (docs/manual/script.md)",
  });
}
