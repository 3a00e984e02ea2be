import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type ScriptImage, writeScriptImage } from "#app/script";
import { PlatformError } from "#core/sys";

/** All that an image of a script has in it. */
const ours: ReadonlySet<string> = new Set([
  "program.wasm",
  "root",
  "root/app.bytecode",
  "root/app.js",
  "root/app.js.map",
]);

/** A slip of the fingers is to cost nobody a folder. Throws `FILE_NOT_WRITABLE`. */
export function refuseOthers(folder: string): void {
  if (!existsSync(folder)) return;
  const names = attempt(folder, () => readdirSync(folder, { recursive: true }));
  const other = names.map(String).find((name) => !ours.has(name));
  if (other === undefined) return;
  throw notWritable(folder, `it is no image of a script: there is ${other}`);
}

/** Writes the files of an image in place of an older one. Throws `FILE_NOT_WRITABLE`. */
export function writeFolder(folder: string, files: ScriptImage["files"]): void {
  attempt(folder, () => {
    const target = resolve(folder);
    mkdirSync(dirname(target), { recursive: true });
    const made = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    try {
      writeScriptImage({ files }, made);
      rmSync(target, { recursive: true, force: true });
      renameSync(made, target);
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  });
}

function attempt<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw notWritable(folder, (cause as Error).message, cause);
  }
}

function notWritable(folder: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot write an image to "${folder}": ${why}`, {
    code: "FILE_NOT_WRITABLE",
    hint: "noos build -o DIR FILE, where DIR is new",
    cause,
  });
}
