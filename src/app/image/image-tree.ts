import type { LayerEntry } from "#core/vfs/layer";

/** An image as it lies before us, wherever that is: named files and folders. */
export interface ImageTree {
  /** What lies at the top. */
  names(): readonly string[];
  /** The bytes of a file at the top; `undefined` for anything else of that name. */
  file(name: string): Uint8Array | undefined;
  /** All that lies below a folder at the top, with paths from there; nothing for anything else. */
  below(folder: string): readonly LayerEntry[];
}
