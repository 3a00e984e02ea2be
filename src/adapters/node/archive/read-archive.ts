import { type ParsedTarEntryWithData, unpackTar } from "modern-tar";
import type { LayerEntry } from "#core/vfs/layer";
import { decompress } from "./decompress.ts";
import { malformedArchive } from "./failure.ts";

/**
 * Reads a tar, plain or compressed with gzip or Zstandard, told apart by their first bytes. Throws
 * `IMAGE_TOO_LARGE` when it is over `bytesMax` unpacked, `IMAGE_MALFORMED` when it is damaged, cut
 * or holds what a layer cannot have. Where its paths lead is not looked at: that is the layer's.
 */
export async function readArchive(
  bytes: Uint8Array,
  options: { readonly bytesMax: number },
): Promise<readonly LayerEntry[]> {
  const archive = await decompress(bytes, options.bytesMax);
  return (await unpack(archive)).map(layerEntry);
}

async function unpack(archive: Uint8Array): Promise<readonly ParsedTarEntryWithData[]> {
  try {
    return await unpackTar(archive, { strict: true });
  } catch (cause) {
    const why = (cause as Error).message.replace(/\.$/, "");
    throw malformedArchive(`it is no whole tar (${why})`, cause);
  }
}

function layerEntry({ header, data }: ParsedTarEntryWithData): LayerEntry {
  const path = text(header.name);
  const modifiedNs = nanoseconds(header.mtime);
  const { type = "file" } = header;
  switch (type) {
    case "directory":
      return { path, kind: "directory", modifiedNs };
    case "symlink":
      return { path, kind: "symlink", target: text(header.linkname), modifiedNs };
    case "link":
      return { path, kind: "hardlink", target: text(header.linkname) };
    case "file":
      if (isSparse(header.pax)) throw malformedArchive(`"${path}" is packed as a sparse file`);
      return { path, kind: "regular", bytes: data ?? new Uint8Array(0), modifiedNs };
    default:
      throw malformedArchive(`"${path}" is a ${type}, which a layer cannot have`);
  }
}

/** A name or target, which the library has decoded leniently. */
function text(decoded = ""): string {
  if (!decoded.includes("\ufffd")) return decoded;
  throw malformedArchive(`"${decoded}" has a name that is not UTF-8`);
}

/** Times that a file system cannot have become its beginning. */
function nanoseconds(time: Date | undefined): bigint {
  const ms = time?.getTime() ?? 0;
  return ms > 0 ? BigInt(Math.trunc(ms)) * 1_000_000n : 0n;
}

function isSparse(attributes: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(attributes).some((name) => name.startsWith("GNU.sparse."));
}
