import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { digestOf } from "./digest.ts";

/** What is read of a file at once. */
const pieceBytes = 2 ** 20;

/** Digests of files, each found once as long as the system says that the file is the same. */
export class KeptDigests {
  readonly #known = new Map<string, { readonly identity: string; readonly digest: string }>();

  /** `undefined` where there is no file that can be read. */
  of(path: string): string | undefined {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch {
      // Missing, or out of reach.
      return undefined;
    }
    try {
      return this.#ofOpen(file, path);
    } catch {
      // A folder, or a disk that fails.
      return undefined;
    } finally {
      closeSync(file);
    }
  }

  #ofOpen(file: number, path: string): string {
    const { ino, size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
    const identity = [ino, size, mtimeNs, ctimeNs].join("-");
    const known = this.#known.get(path);
    if (known?.identity === identity) return known.digest;
    const digest = hashFile(file);
    this.#known.set(path, { identity, digest });
    return digest;
  }
}

function hashFile(file: number): string {
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  const piece = new Uint8Array(pieceBytes);
  for (;;) {
    const count = readSync(file, piece, 0, pieceBytes, null);
    if (count === 0) return digestOf(hash.digest("hex"));
    hash.update(piece.subarray(0, count));
  }
}
