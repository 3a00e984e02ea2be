import { PlatformError } from "#core/sys";
import { isNameTooLong } from "#core/vfs";

/** No walk takes a longer path, and each of its characters may be a directory to make. */
const pathLengthMax = 4095;

/** One thing in a layer, as an archive or a directory of the host gave it. Nothing is trusted. */
export type LayerEntry =
  | { readonly path: string; readonly kind: "directory"; readonly modifiedNs: bigint }
  | {
      readonly path: string;
      readonly kind: "regular";
      /** Kept, not copied: who made the entry leaves them as they are. */
      readonly bytes: Uint8Array;
      readonly modifiedNs: bigint;
    }
  | {
      readonly path: string;
      readonly kind: "symlink";
      readonly target: string;
      readonly modifiedNs: bigint;
    }
  /** One more name of what an earlier entry put at the path `target`. */
  | { readonly path: string; readonly kind: "hardlink"; readonly target: string };

/** The names that lead to an entry; none for the root. Throws for a path that leads elsewhere. */
export function namesOf(path: string): readonly string[] {
  if (path.length > pathLengthMax) throw malformed(path, `is over ${pathLengthMax} characters`);
  if (path.startsWith("/")) throw malformed(path, "is an absolute path");
  if (path.includes("\0") || !path.isWellFormed()) throw malformed(path, "is no text");
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw malformed(path, "leads up");
  if (names.some(isNameTooLong)) throw malformed(path, "has a name over 255 bytes");
  return names;
}

/** The error that names an entry and what is wrong with it. */
export function malformed(path: string, what: string): PlatformError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new PlatformError(`cannot use a layer: its entry ${JSON.stringify(shown)} ${what}`, {
    code: "IMAGE_MALFORMED",
    hint: "build the image anew from a source you trust",
  });
}
