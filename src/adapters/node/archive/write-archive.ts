import { packTar, type TarEntry } from "modern-tar";
import type { LayerEntry } from "#core/vfs/layer";

/**
 * A tar of entries, the same for the same entries wherever and whenever it is made: sorted by
 * path, with no owners, no times, and one mode for all files and one for all directories.
 */
export async function writeArchive(entries: readonly LayerEntry[]): Promise<Uint8Array> {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return await packTar(sorted.map(tarEntry));
}

const atNoTime = { mtime: new Date(0), uid: 0, gid: 0 } as const;

function tarEntry(entry: LayerEntry): TarEntry {
  const { path } = entry;
  switch (entry.kind) {
    case "directory":
      return {
        header: { ...atNoTime, name: `${path}/`, type: "directory", size: 0, mode: 0o755 },
      };
    case "regular": {
      const size = entry.bytes.length;
      return {
        header: { ...atNoTime, name: path, type: "file", size, mode: 0o644 },
        body: entry.bytes,
      };
    }
    case "symlink":
    case "hardlink": {
      const type = entry.kind === "symlink" ? "symlink" : "link";
      const header = { ...atNoTime, name: path, type, size: 0, linkname: entry.target } as const;
      return { header };
    }
  }
}
