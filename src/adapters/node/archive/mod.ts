/**
 * Archives as entries of a layer.
 *
 * Knows: the library that reads tar (docs/decisions/0004-tar-by-library.md) and how archives are
 * compressed; of core only what an entry of a layer looks like.
 * Must hold: an archive is hostile: unpacking is bounded, and whatever is in it becomes entries or
 * an error with the next step. Nothing is written to the disk. What is packed here is the same
 * wherever it is packed.
 * Never imports: what a layer does with its entries.
 * Start reading at `read-archive.ts`.
 */
export { readArchive } from "./read-archive.ts";
export { writeArchive } from "./write-archive.ts";
