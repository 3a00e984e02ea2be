import { type BigIntStats, fstatSync } from "node:fs";
import type { Blobs, Codec } from "#core/host";

/** A file that changed this recently may change again without its times showing it. */
const settledMs = 2000;

/**
 * What the system says of an open file, as far as a change of its content changes it; `undefined`
 * when that is not sure enough.
 */
export function identityOf(file: number, nowMs: number): string | undefined {
  const stat = fstatSync(file, { bigint: true });
  const changedMs = Math.max(Number(stat.mtimeMs), Number(stat.ctimeMs));
  return stat.isFile() && changedMs < nowMs - settledMs ? identity(stat) : undefined;
}

function identity({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join("-");
}

/** The bytes of a file, and what identifies it. */
interface IdentifiedFile {
  readonly program: Uint8Array;
  readonly identity: string | undefined;
}

/**
 * A codec that knows the digest of a file which has not changed since an earlier run: to load the
 * host's hash functions takes longer than all the rest of preparing a small program.
 */
export function knowingDigest(codec: Codec, blobs: Blobs, file: IdentifiedFile): Codec {
  const { program, identity: known } = file;
  if (known === undefined) return codec;
  const key = `digest-${known}`;
  return {
    ...codec,
    sha256(bytes) {
      if (bytes !== program) return codec.sha256(bytes);
      const kept = blobs.get(key);
      if (kept !== undefined) return new TextDecoder().decode(kept);
      const digest = codec.sha256(bytes);
      blobs.put(key, new TextEncoder().encode(digest));
      return digest;
    },
  };
}
