import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PlatformError } from "#core/sys";
import { type ParsedManifest, parseManifest } from "#pool/manifest";

/** An app file of this machine. */
export interface ManifestFile extends ParsedManifest {
  readonly text: string;
  /** What it is called in messages. */
  readonly name: string;
  /** The absolute directory that its paths start from. */
  readonly base: string;
}

const usualName = "noos.yaml";

/** One byte more than a manifest may have is read, so that it can be refused for its size. */
const bytesMax = 8 * 2 ** 20 + 1;

/**
 * Reads the app file at `operand`, or that of the directory there. Throws `FILE_NOT_FOUND`,
 * `FILE_NOT_READABLE`, and a `ManifestError` for what it says.
 */
export function readManifestFile(operand: string): ManifestFile {
  const name = findManifest(operand);
  const content = attempt(name, () => readUpTo(name, bytesMax));
  const parsed = parseManifest({ name, content });
  return { ...parsed, name, text: new TextDecoder().decode(content), base: baseOf(name) };
}

/** Where the app file at `operand` is, or is to be. Throws `FILE_NOT_FOUND`. */
export function findManifest(operand: string): string {
  return attempt(operand, () =>
    statSync(operand).isDirectory() ? join(operand, usualName) : operand,
  );
}

function baseOf(name: string): string {
  return dirname(resolve(name));
}

function readUpTo(path: string, max: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(max);
    let filled = 0;
    for (let count = 1; count > 0 && filled < max; filled += count) {
      count = readSync(file, bytes, filled, max - filled, null);
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    throw new PlatformError(
      `cannot deploy "${path}": ${isMissing ? "there is no such file" : message}`,
      {
        code: isMissing ? "FILE_NOT_FOUND" : "FILE_NOT_READABLE",
        hint: `noos deploy DIR, where DIR has a ${usualName} (docs/manual/manifest.md)`,
        cause,
      },
    );
  }
}
