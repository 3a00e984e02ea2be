/**
 * A writable file system over read-only ones.
 *
 * Knows: an upper tree over any number of lower directories: copying up, whiteouts, merged
 * listings, and which identity an object keeps when it is copied.
 * Must hold: lower directories are never changed; an upper name without a note hides all below
 * it; a copy is there whole or not at all; device and inode of an object stay the same.
 * Never imports: another file system. The upper tree and the lower directories are handed in.
 * Start reading at `merged.ts`, then `folder.ts` and `rename.ts`.
 */
export { Overlay, type OverlayParts, type UpperTree } from "./overlay.ts";
