/**
 * Texts that only who has the key can read: the port `Seal`, with a key in a file.
 *
 * Knows: how the key's file is made, read and distrusted, and how a sealed text is put together.
 * Must hold: a key is on the disk before anything is sealed with it; a key that others may read
 * is not used; of a sealed text no bit can be changed, and none is opened under another label.
 * Never imports: where sealed texts are kept.
 * Start reading at `file-seal.ts`.
 */
export { openSeal } from "./file-seal.ts";
